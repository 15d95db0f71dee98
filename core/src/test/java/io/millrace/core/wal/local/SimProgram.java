// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.wal.TestFrame;
import io.millrace.wal.support.FrameScanner;
import io.millrace.wal.support.SegmentInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that appends numbered frames to a log on a {@link SimDisk}, dies, and comes back. It remembers what it was
 * told, and checks at every start that the log holds exactly that: everything acknowledged, nothing refused, and of what
 * it was never told about either all or nothing, for good.
 */
final class SimProgram {
    static final Path ROOT = Path.of("/sim");
    private static final String LOG = "data";

    final SimDisk disk;
    final ManualClock clock = new ManualClock();
    private final LocalWalSettings settings;

    /** The numbers of the frames that the log must hold, in order. */
    private final List<Integer> expected = new ArrayList<>();

    /** The number of a frame of which nothing is known; the next start decides. */
    private @Nullable Integer unknown;

    private WalPosition start = WalPosition.START;
    private int mayBeFreed;
    private int next;
    private @Nullable LocalWalStore store;
    private @Nullable WalWriter writer;

    SimProgram(SimDisk disk, LocalWalSettings settings) {
        this.disk = disk;
        this.settings = settings;
    }

    /** Opens the log and compares what is in it with what must be. */
    void start() {
        store = new LocalWalStore(ROOT, settings, disk, clock);
        writer = store.open(LOG, store.claim("ledger", TestLogs.ME));
        List<Integer> found = read();
        assertThat(writer.recovery().start()).isGreaterThanOrEqualTo(start);
        int trimmed = expected.size() - found.size() + (unknown == null ? 0 : 1);
        if (unknown != null && (found.isEmpty() || !found.get(found.size() - 1).equals(unknown))) {
            trimmed--;
        } else if (unknown != null) {
            expected.add(unknown);
        }
        unknown = null;
        assertThat(trimmed).as("frames before the log's start").isGreaterThanOrEqualTo(0);
        assertThat(found).isEqualTo(expected.subList(trimmed, expected.size()));
        assertThat(trimmed).as("frames that were freed").isLessThanOrEqualTo(mayBeFreed);
        expected.subList(0, trimmed).clear();
        mayBeFreed = 0;
    }

    /** Appends a frame; true if it is durable. */
    boolean append(int bytes) {
        int number = next++;
        ByteBuffer payload = ByteBuffer.allocate(Math.max(4, bytes)).putInt(0, number);
        Outcome[] outcome = new Outcome[1];
        Integer before = unknown;
        unknown = number;
        writer.append(new TestFrame(writer::durableEnd, payload), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                unknown = null;
                expected.add(number);
            }

            @Override
            public void failed(WalException failure) {
                outcome[0] = failure.outcome();
            }
        });
        if (outcome[0] == Outcome.NOT_APPENDED) {
            unknown = before;
        }
        return outcome[0] == null;
    }

    void roll() {
        writer.roll();
    }

    /** Frees about half of the log. */
    void trim() {
        List<WalReader.Segment> segments = segments();
        if (!segments.isEmpty()) {
            mayBeFreed = expected.size();
            start = writer.trim(
                    new WalPosition(segments.get(segments.size() / 2).id(), 0));
            expected.subList(0, expected.size() - read().size()).clear();
            mayBeFreed = 0;
        }
    }

    WalWriter writer() {
        return writer;
    }

    /** Nothing is closed; the disk says what becomes of what was written. */
    void die() {
        if (store != null) {
            store.abandon();
        }
    }

    void stop() {
        writer.close();
        store.close();
    }

    private List<WalReader.Segment> segments() {
        try (WalReader reader = store.reader(LOG)) {
            return reader.segments();
        }
    }

    /** The numbers of all frames in the log. */
    private List<Integer> read() {
        List<Integer> found = new ArrayList<>();
        try (WalReader reader = store.reader(LOG)) {
            for (WalReader.Segment segment : reader.segments()) {
                FrameScanner scanner = new FrameScanner(new Input(reader, segment.id(), segment.length()), 0, 4096);
                while (scanner.next() == FrameScanner.Step.FRAME) {
                    found.add(ByteBuffer.wrap(scanner.array()).getInt(scanner.payloadIndex(0)));
                }
                assertThat(scanner.offset())
                        .as("the frames of segment %016x end where it ends (%s)", segment.id(), scanner.problem())
                        .isEqualTo(segment.length());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    private record Input(WalReader reader, long segment, long length) implements SegmentInput {
        @Override
        public int read(long offset, ByteBuffer into) {
            return reader.read(segment, offset, into);
        }
    }
}
