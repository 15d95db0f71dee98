// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.wal.TestFrame;
import io.millrace.wal.support.FrameHeader;
import io.millrace.wal.support.FrameScanner;
import io.millrace.wal.support.SegmentHeader;
import io.millrace.wal.support.SegmentInput;
import io.millrace.wal.support.TailRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

    /** The numbers of the frames that were freed, or may have been. */
    private final List<Integer> freed = new ArrayList<>();

    private WalPosition start = WalPosition.START;
    private int mayBeFreed;
    private int aloneBytes = 256 << 10;
    private int next;
    private SimTasks tasks = new SimTasks();
    private @Nullable LocalWalStore store;
    private @Nullable WalWriter writer;

    SimProgram(SimDisk disk, LocalWalSettings settings) {
        this.disk = disk;
        this.settings = settings;
    }

    /** How large frames are that are synced at once. */
    void aloneBytes(int bytes) {
        aloneBytes = bytes;
    }

    /** Opens the log and compares what is in it with what must be. */
    void start() {
        open();
        List<Integer> found = read();
        assertThat(writer.recovery().start()).isGreaterThanOrEqualTo(start);
        int decided = found.isEmpty() ? 0 : open.indexOf(found.get(found.size() - 1)) + 1;
        expected.addAll(open.subList(0, decided));
        open.clear();
        int trimmed = expected.size() - found.size();
        assertThat(trimmed).as("frames before the log's start").isGreaterThanOrEqualTo(0);
        assertThat(found).isEqualTo(expected.subList(trimmed, expected.size()));
        assertThat(trimmed).as("frames that were freed").isLessThanOrEqualTo(mayBeFreed);
        forget(trimmed);
        mayBeFreed = 0;
    }

    private void open() {
        tasks = new SimTasks();
        store = SimTasks.store(settings, disk, clock, tasks);
        store.aloneBytes(aloneBytes);
        writer = store.open(LOG, store.claim("ledger", TestLogs.ME));
    }

    /**
     * Opens the log on a disk that has lied. Frames at its end may be missing, which nobody can know; what is there must
     * be frames that were appended, without a gap.
     *
     * @throws WalException if the log says that it is damaged
     */
    void startAfterLies() {
        open();
        List<Integer> found = read();
        List<Integer> all = new ArrayList<>(freed);
        all.addAll(expected);
        all.addAll(open);
        assertThat(Collections.indexOfSubList(all, found))
                .as("%s in %s", found, all)
                .isGreaterThanOrEqualTo(0);
    }

    /**
     * Damages one bit that the log vouches for, or has two frames of one size change places, and looks whether the next start says so; then puts it right again. The
     * program must have been started, and have died, and nothing else.
     */
    void damage(Random random) {
        List<Path> segments = disk.files().stream()
                .filter(file -> SegmentIndex.segmentOf(String.valueOf(file.getFileName())) != null)
                .toList();
        if (segments.isEmpty()) {
            return;
        }
        int which = random.nextInt(segments.size());
        Path segment = segments.get(which);
        byte[] right = disk.bytes(segment);
        int vouched = which + 1 < segments.size() ? sealedEnd(segments.get(which + 1), right) : vouchedEnd(right);
        if (vouched == 0) {
            return;
        }
        byte[] wrong = right.clone();
        if (random.nextInt(4) > 0 || !exchangeTwins(wrong, vouched)) {
            wrong[random.nextInt(vouched)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        disk.replaceBytes(segment, wrong);
        assertThatThrownBy(() -> {
                    open();
                    read();
                })
                .isInstanceOfSatisfying(
                        WalException.class,
                        damage -> assertThat(damage.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining(String.valueOf(segment.getFileName()));
        die();
        disk.kill();
        disk.replaceBytes(segment, right);
    }

    /** Puts two frames in each other's place, as a disk does that mistakes an address; whether there are such. */
    private static boolean exchangeTwins(byte[] segment, int end) {
        Map<Integer, Integer> seen = new HashMap<>();
        int at = SegmentHeader.LENGTH;
        while (at + FrameHeader.LENGTH <= end) {
            int length = (int) FrameHeader.frameLength(ByteBuffer.wrap(segment).getInt(at + 12));
            Integer twin = seen.put(length, at);
            if (twin != null) {
                byte[] first = Arrays.copyOfRange(segment, twin, twin + length);
                System.arraycopy(segment, at, segment, twin, length);
                System.arraycopy(first, 0, segment, at, length);
                return true;
            }
            at += length;
        }
        return false;
    }

    /** Up to which byte a segment is sealed; 0 if its successor names another. */
    private int sealedEnd(Path successor, byte[] segment) {
        SegmentHeader next = SegmentHeader.decode(ByteBuffer.wrap(disk.bytes(successor)));
        long id = SegmentHeader.decode(ByteBuffer.wrap(segment)).segment();
        return next.previous() == id ? SegmentHeader.LENGTH + (int) next.previousEnd() : 0;
    }

    /** Up to which byte a segment's own frames say that it had been durable. */
    private static int vouchedEnd(byte[] segment) {
        SegmentHeader header = SegmentHeader.decode(ByteBuffer.wrap(segment));
        int length = segment.length - SegmentHeader.LENGTH;
        SegmentInput frames = new Bytes(ByteBuffer.wrap(segment), header.segment(), length);
        try {
            long vouched = TailRule.find(frames, 0, 4096).vouched();
            return vouched == 0 ? 0 : SegmentHeader.LENGTH + (int) vouched;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private record Bytes(ByteBuffer bytes, long segment, long length) implements SegmentInput {
        @Override
        public int read(long offset, ByteBuffer into) {
            int count = (int) Math.min(into.remaining(), Math.max(0, length - offset));
            if (count > 0) {
                into.put(bytes.slice(SegmentHeader.LENGTH + (int) offset, count));
            }
            return count;
        }
    }

    private void forget(int frames) {
        freed.addAll(expected.subList(0, frames));
        expected.subList(0, frames).clear();
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
                open.subList(0, 1).clear();
                expected.add(number);
            }

            @Override
            public void failed(WalException failure) {
                if (failure.outcome() == Outcome.NOT_APPENDED) {
                    open.removeIf(each -> each == number);
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
            forget(expected.size() - read().size());
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
                if (scanner.offset() != segment.length()) {
                    throw new WalException(
                            Reason.CORRUPT,
                            ROOT.resolve(LOG).resolve(SegmentIndex.fileName(segment.id())) + " ends at "
                                    + scanner.offset() + " instead of " + segment.length() + ": " + scanner.problem());
                }
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
