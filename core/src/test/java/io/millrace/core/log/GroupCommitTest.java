// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.wal.FaultyWalStore;
import io.millrace.wal.support.FrameHeader;
import io.millrace.wal.support.FrameScanner;
import io.millrace.wal.support.SegmentInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupCommitTest {
    private final Memory memory = new Memory();
    private final WalStore disk = new InMemoryWalStore(memory);
    private final ManualClock clock = new ManualClock();
    private final Recorder recorder = new Recorder();
    private final ConcurrentLinkedQueue<LogState> states = new ConcurrentLinkedQueue<>();
    private FaultyWalStore store = FaultyWalStore.over(disk);
    private CommitLog log;

    @AfterEach
    void end() {
        store.makeRoom();
        store.release();
        if (log != null) {
            log.close();
        }
    }

    // ---- sharing ----

    @Test
    void F7_whatWaitsForTheStoreSharesTheNextFrame() throws Exception {
        open();
        store.hold();
        append(0);
        awaitWithheld(1);
        IntStream.rangeClosed(1, 500).forEach(this::append);
        store.release();
        log.flush();
        assertThat(recorder.durable()).hasSize(501).isSorted();
        assertThat(store.appends()).isEqualTo(2);
    }

    @Test
    void nothingIsHeldBackWhileTheStoreIsIdle() throws Exception {
        open();
        for (int i = 0; i < 10; i++) {
            append(i);
            log.flush();
        }
        assertThat(store.appends()).isEqualTo(10);
    }

    @Test
    void aFrameGrowsToTheLimitAndALargerEntryHasItsOwn() throws Exception {
        log = CommitLog.open(store, "data", epoch(), options(10_000));
        store.hold();
        append(0);
        awaitWithheld(1);
        for (int i = 1; i <= 8; i++) {
            log.append(0, 0, recorder.expecting(i), ByteBuffer.allocate(4000));
        }
        log.append(0, 0, recorder.expecting(9), ByteBuffer.allocate(50_000));
        append(10);
        store.release();
        log.flush();
        assertThat(recorder.durable()).hasSize(11).isSorted();
        assertThat(frames()).extracting(FrameHeader::count).containsExactly(1, 2, 2, 2, 2, 1, 1);
    }

    @Test
    void manyThreadsAppendAndEachSeesItsOwnInOrder() throws Exception {
        log = CommitLog.open(store, "data", epoch(), TestLogs.options("data").withEncryption(encryption()));
        int threads = 8;
        int each = 5_000;
        List<Recorder> recorders = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Recorder own = new Recorder();
            recorders.add(own);
            int stream = i;
            TestLogs.DAEMONS
                    .newThread(() -> {
                        for (int j = 0; j < each; j++) {
                            log.append(0, stream, own.expecting(j), ByteBuffer.allocate(20));
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        log.flush();
        assertThat(recorders).allSatisfy(own -> {
            assertThat(own.durable()).hasSize(each).isSorted();
            assertThat(own.handles()).extracting(LogHandle::at).isSorted();
        });
        assertThat(store.appends()).isLessThan(threads * each);
        assertThat(log.unacknowledgedBytes()).isZero();
        log.close();
        int[] next = new int[threads];
        CommitLog again =
                CommitLog.open(store, "data", epoch(), TestLogs.options("data").withEncryption(encryption()));
        again.replay(
                WalPosition.START,
                (type, stream, handle, payload) -> assertThat(handle)
                        .isEqualTo(recorders.get(stream).handles().get(next[stream]++)));
        assertThat(next).containsOnly(each);
        again.close();
    }

    @Test
    void aStoreThatChargesPerRequestIsGivenTimeToCollect() throws Exception {
        store = FaultyWalStore.over(disk, capabilities(1, Duration.ofMillis(250)));
        open();
        append(0);
        await().until(() -> clock.pending() == 1);
        append(1);
        clock.advance(Duration.ofMillis(249));
        append(2);
        assertThat(store.appends()).isZero();
        clock.advance(Duration.ofMillis(1));
        log.flush();
        assertThat(store.appends()).isEqualTo(1);
    }

    @Test
    void anUrgentLogHoldsNothingBack() throws Exception {
        store = FaultyWalStore.over(disk, capabilities(1, Duration.ofMillis(250)));
        log = CommitLog.open(store, "data", epoch(), options(1 << 20).asUrgent());
        append(0);
        log.flush();
        assertThat(store.appends()).isEqualTo(1);
    }

    // ---- limits ----

    @Test
    void unacknowledgedBytesAreKnownAndWhoWaitsForRoomIsToldOnce() throws Exception {
        open();
        store.hold();
        append(0);
        awaitWithheld(1);
        for (int i = 1; i <= 10; i++) {
            log.append(0, 0, recorder.expecting(i), ByteBuffer.allocate(1000));
        }
        assertThat(log.unacknowledgedBytes()).isGreaterThan(10_000);
        AtomicInteger told = new AtomicInteger();
        log.whenBelow(1_000_000, told::incrementAndGet);
        assertThat(told).hasValue(1);
        log.whenBelow(5_000, told::incrementAndGet);
        log.whenBelow(0, () -> {
            throw new IllegalStateException("a listener that fails");
        });
        assertThat(told).hasValue(1);
        store.release();
        log.flush();
        await().until(() -> told.get() == 2);
        append(11);
        log.flush();
        assertThat(told).hasValue(2);
    }

    @Test
    void anEntryThatIsTooLargeFailsAloneAndInItsTurn() throws Exception {
        open();
        store.hold();
        append(0);
        awaitWithheld(1);
        append(1);
        log.append(
                0,
                0,
                recorder.expecting(2),
                ByteBuffer.allocate(store.capabilities().maxBatchBytes()));
        append(3);
        assertThat(recorder.failed()).isEmpty();
        store.release();
        log.flush();
        assertThat(recorder.durable()).containsExactly(0, 1, 3);
        assertThat(recorder.failed()).containsExactly(2);
        assertThat(recorder.failures().get(0).reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(log.state()).isEqualTo(LogState.OPEN);
    }

    @Test
    void aCallbackThatThrowsHarmsNobodyElse() throws Exception {
        open();
        log.append(
                0,
                0,
                new AppendCallback() {
                    @Override
                    public void durable(LogHandle handle) {
                        throw new IllegalStateException("a callback that fails");
                    }

                    @Override
                    public void failed(WalException failure) {}
                },
                ByteBuffer.allocate(1));
        append(1);
        log.flush();
        assertThat(recorder.durable()).containsExactly(1);
    }

    // ---- a store without room ----

    @Test
    void whatFindsNoRoomIsKeptAndStoredOnceInOrderWhenThereIs() throws Exception {
        open();
        append(0);
        log.flush();
        store.fillUp(2);
        IntStream.rangeClosed(1, 50).forEach(this::append);
        await().until(() -> log.state() == LogState.FULL);
        IntStream.rangeClosed(51, 100).forEach(this::append);
        for (int i = 0; i < 5; i++) {
            await().until(() -> clock.pending() > 0);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(recorder.durable()).containsExactly(0);
        assertThat(recorder.failed()).isEmpty();
        assertThat(log.unacknowledgedBytes()).isPositive();
        store.makeRoom();
        advanceUntil(() -> recorder.durable().size() == 101);
        assertThat(recorder.durable()).isSorted();
        assertThat(log.state()).isEqualTo(LogState.OPEN);
        assertThat(states).containsExactly(LogState.FULL, LogState.OPEN);
        assertThat(frames().stream().mapToInt(FrameHeader::count).sum()).isEqualTo(101);
    }

    @Test
    void F7_closingALogWithoutRoomFailsWhatWaits() {
        open();
        store.fillUp(1);
        append(0);
        await().until(() -> log.state() == LogState.FULL);
        append(1);
        log.close();
        assertThat(recorder.failed()).containsExactly(0, 1);
        assertThat(recorder.failures()).allSatisfy(failure -> {
            assertThat(failure.reason()).isEqualTo(Reason.FULL);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPENDED);
        });
    }

    @Test
    void framesRefusedTogetherAreOfferedAgainInOrder() throws Exception {
        store = FaultyWalStore.over(disk, capabilities(3, Duration.ZERO));
        open();
        store.hold();
        for (int refused = 2; refused <= 4; refused++) {
            store.failAppend(refused, Reason.TRANSIENT, Outcome.NOT_APPENDED);
        }
        for (int i = 0; i < 3; i++) {
            append(i);
            awaitWithheld(i + 1);
        }
        append(3);
        store.release();
        await().until(() -> log.state() == LogState.RETRYING);
        advanceUntil(() -> recorder.durable().size() == 4);
        assertThat(recorder.durable()).containsExactly(0, 1, 2, 3);
        assertThat(frames().stream().mapToInt(FrameHeader::count).sum()).isEqualTo(4);
    }

    @Test
    void aStoreThatLeavesAGapIsNotBelieved() {
        store = FaultyWalStore.over(disk, capabilities(2, Duration.ZERO));
        open();
        store.hold();
        store.failAppend(1, Reason.TRANSIENT, Outcome.NOT_APPENDED);
        append(0);
        awaitWithheld(1);
        append(1);
        awaitWithheld(2);
        store.release();
        assertThatThrownBy(log::flush).hasMessageContaining("refused an earlier one");
        assertThat(log.state()).isEqualTo(LogState.FAILED);
    }

    // ---- poison ----

    @Test
    void anUnknownOutcomeEndsTheLog() {
        open();
        store.hold();
        append(0);
        awaitWithheld(1);
        store.loseAnswer(2);
        append(1);
        append(2);
        store.release();
        assertThatThrownBy(log::flush)
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        append(3);
        await().until(() -> recorder.failed().size() == 3);
        assertThat(recorder.durable()).containsExactly(0);
        assertThat(recorder.failed()).containsExactly(1, 2, 3);
        assertThat(log.state()).isEqualTo(LogState.FAILED);
        assertThat(log.unacknowledgedBytes()).isZero();
        log.close();
        assertThat(states).containsExactly(LogState.FAILED, LogState.CLOSED);
    }

    @Test
    void aStoreThatThrowsWhatItShouldNotEndsTheLogToo() {
        log = CommitLog.open(store, "data", epoch(), options(1 << 20));
        disk.close();
        append(0);
        await().until(() -> recorder.failed().size() == 1);
        assertThat(log.state()).isEqualTo(LogState.FAILED);
    }

    // ---- witnesses ----

    @Test
    void anIdleLogVouchesForItsLastEntriesOnce() throws Exception {
        open();
        append(0);
        log.flush();
        await().until(() -> clock.pending() == 1);
        clock.advance(Duration.ofMillis(999));
        assertThat(frames()).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        await().until(() -> frames().size() == 2);
        clock.advance(Duration.ofSeconds(100));
        List<FrameHeader> frames = frames();
        assertThat(frames).hasSize(2);
        assertThat(frames.get(1).has(FrameHeader.LAC_ONLY)).isTrue();
        assertThat(frames.get(1).count()).isZero();
        assertThat(frames.get(1).durableUpTo()).isEqualTo(frames.get(0).frameLength());
    }

    @Test
    void aBusyLogNeedsNoWitness() throws Exception {
        open();
        for (int i = 0; i < 10; i++) {
            append(i);
            log.flush();
            await().until(() -> clock.pending() > 0);
            clock.advance(Duration.ofMillis(600));
        }
        assertThat(frames()).hasSize(10);
        assertThat(frames()).allSatisfy(frame -> assertThat(frame.durableUpTo()).isEqualTo(frame.offset()));
    }

    @Test
    void aLogThatIsClosedInOrderSaysSo() throws Exception {
        open();
        append(0);
        log.close();
        List<FrameHeader> frames = frames();
        assertThat(frames).hasSize(2);
        assertThat(frames.get(1).has(FrameHeader.CLOSE)).isTrue();
        assertThat(recorder.durable()).containsExactly(0);
    }

    @Test
    void aLogThatNobodyAppendedToLeavesNothing() {
        open();
        log.close();
        assertThat(frames()).isEmpty();
    }

    // ---- what the tests share ----

    /** What the log's entries are on the medium. */
    Encryption encryption() {
        return Encryption.NONE;
    }

    private void open() {
        log = CommitLog.open(store, "data", epoch(), options(1 << 20));
    }

    private long epoch() {
        return store.claim("ledger", TestLogs.ME);
    }

    private LogOptions options(long maxBatchBytes) {
        return new LogOptions("data", TestLogs.DAEMONS, clock, TestLogs.NO_METRICS, maxBatchBytes)
                .withEncryption(encryption())
                .withListener((name, state, cause) -> states.add(state));
    }

    private WalCapabilities capabilities(int maxInFlight, Duration linger) {
        WalCapabilities real = disk.capabilities();
        return new WalCapabilities(
                real.durability(),
                real.supported(),
                maxInFlight,
                real.maxBatchBytes(),
                real.maxUnacknowledgedBytes(),
                linger);
    }

    private void append(int number) {
        log.append(0, number, recorder.expecting(number), ByteBuffer.wrap(new byte[] {(byte) number}));
    }

    private void awaitWithheld(int completions) {
        await().until(() -> store.withheld() == completions);
    }

    private void advanceUntil(Callable<Boolean> condition) {
        await().until(() -> {
            clock.advance(Duration.ofMillis(100));
            return condition.call();
        });
    }

    /** The frames that are in the store now. */
    private List<FrameHeader> frames() {
        List<FrameHeader> frames = new ArrayList<>();
        try (WalReader reader = disk.reader("data")) {
            for (WalReader.Segment segment : reader.segments()) {
                FrameScanner scanner = new FrameScanner(new Input(reader, segment.id(), segment.length()), 0, 4096);
                while (scanner.next() == FrameScanner.Step.FRAME) {
                    frames.add(scanner.header());
                }
                assertThat(scanner.offset()).isEqualTo(segment.length());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return frames;
    }

    private record Input(WalReader reader, long segment, long length) implements SegmentInput {
        @Override
        public int read(long offset, ByteBuffer into) {
            return reader.read(segment, offset, into);
        }
    }
}
