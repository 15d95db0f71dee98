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

    /** The numbers of the frames that are under way, or of which nothing is known; the next start decides. */
    private final List<Integer> open = new ArrayList<>();

    private WalPosition start = WalPosition.START;
    private int mayBeFreed;
    private int next;
    private SimTasks tasks = new SimTasks();
    private @Nullable LocalWalStore store;
    private @Nullable WalWriter writer;

    SimProgram(SimDisk disk, LocalWalSettings settings) {
        this.disk = disk;
        this.settings = settings;
    }

    /** Opens the log and compares what is in it with what must be. */
    void start() {
        tasks = new SimTasks();
        store = SimTasks.store(settings, disk, clock, tasks);
        writer = store.open(LOG, store.claim("ledger", TestLogs.ME));
        List<Integer> found = read();
        assertThat(writer.recovery().start()).isGreaterThanOrEqualTo(start);
        int decided = found.isEmpty() ? 0 : open.indexOf(found.get(found.size() - 1)) + 1;
        expected.addAll(open.subList(0, decided));
        open.clear();
        int trimmed = expected.size() - found.size();
        assertThat(trimmed).as("frames before the log's start").isGreaterThanOrEqualTo(0);
        assertThat(found).isEqualTo(expected.subList(trimmed, expected.size()));
        assertThat(trimmed).as("frames that were freed").isLessThanOrEqualTo(mayBeFreed);
        expected.subList(0, trimmed).clear();
        mayBeFreed = 0;
    }

    /** Appends a frame; what becomes of it may be told later. */
    void append(int bytes) {
        int number = next++;
        ByteBuffer payload = payload(number, Math.max(4, bytes));
        open.add(number);
        writer.append(new TestFrame(writer::durableEnd, payload), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                assertThat(open.indexOf(number))
                        .as("frames are acknowledged in order")
                        .isZero();
                open.remove(0);
                expected.add(number);
            }

            @Override
            public void failed(WalException failure) {
                if (failure.outcome() == Outcome.NOT_APPENDED) {
                    open.remove((Integer) number);
                }
            }
        });
    }

    /** Half of the frames hold zeros, as an untouched file does. */
    private static ByteBuffer payload(int number, int bytes) {
        ByteBuffer payload = ByteBuffer.allocate(bytes).putInt(0, number);
        if (number % 2 == 1) {
            for (int i = 4; i < bytes; i++) {
                payload.put(i, (byte) (number * 31 + i));
            }
        }
        return payload;
    }

    /** Lets what the store does in the background wait from now on, or not. */
    void holdBackground(boolean wait) {
        tasks.hold(wait);
    }

    void runBackground() {
        tasks.runAll();
    }

    void roll() {
        writer.roll();
    }

    /** Frees about half of the log. */
    void trim() {
        List<WalReader.Segment> segments = segments();
        if (!segments.isEmpty()) {
            mayBeFreed = expected.size() + open.size();
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
                    found.add(number(scanner));
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

    private static int number(FrameScanner scanner) {
        ByteBuffer payload = ByteBuffer.wrap(scanner.array(), scanner.payloadIndex(0), scanner.length(0));
        int number = payload.getInt(payload.position());
        assertThat(payload).isEqualTo(payload(number, payload.remaining()));
        return number;
    }

    private record Input(WalReader reader, long segment, long length) implements SegmentInput {
        @Override
        public int read(long offset, ByteBuffer into) {
            return reader.read(segment, offset, into);
        }
    }
}
