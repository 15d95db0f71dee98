// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static io.millrace.testkit.wal.KitReader.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Appending, W-20 to W-30; part of {@link WalStoreConformance}.
 *
 * @since 0.1
 */
public abstract class WalAppendConformance extends WalRecoveryConformance {
    /** How long the kit waits for what must come at some time. */
    private static final long PATIENCE_SECONDS = 30;

    /** How long a call may take that must not wait: much longer than it needs on a busy machine. */
    private static final long AT_ONCE_SECONDS = 10;

    WalAppendConformance() {}

    @Test
    public void required_wal_20_bytesStandWhereTheyWereEncodedFor() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        for (int i = 0; i < 20; i++) {
            WalPosition end = writer.writer().end();
            TestFrame frame = writer.frame(ByteBuffer.wrap(new byte[] {(byte) i}));
            WalPosition at = KitWriter.await(writer.start(frame));
            assertThat(at).isEqualTo(frame.encodedFor()).isEqualTo(end);
            assertThat(read(store, "data", at, frame.length())).isEqualTo(frame.bytes());
        }
    }

    @Test
    public void required_wal_21_completionsComeOnceInTheOrderOfTheAppends() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        Random random = new Random(21);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            TestFrame frame = writer.frame(ByteBuffer.allocate(1 + random.nextInt(LARGEST)));
            outcomes.add(writer.start(frame, at -> order.add(number)));
        }
        outcomes.forEach(
                outcome -> outcome.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
        writer.writer().close();
        assertThat(order).isEqualTo(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    public void required_wal_22_manyFramesOfAllSizesComeBackInOrder() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        writer.appendRandom(new Random(22), 300, 200);
        writer.appendRandom(new Random(23), 30, 300_000);
        assertHolds(store, "data", writer.acknowledged());
    }

    @Test
    public void required_wal_23_theDurableEndIsTheEndOfTheLastAcknowledgedFrame() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        assertThat(writer.writer().durableEnd())
                .isEqualTo(writer.writer().recovery().end());
        for (int i = 0; i < 50; i++) {
            TestFrame frame = writer.frame(ByteBuffer.allocate(1 + i));
            WalPosition at = KitWriter.await(writer.start(frame));
            assertThat(writer.writer().durableEnd()).isEqualTo(at.plus(frame.length()));
        }
    }

    @Test
    public void required_wal_23_theDurableEndHasReachedAFrameBeforeItsCompletion() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<String> early = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 50; i++) {
            TestFrame frame = writer.frame(ByteBuffer.allocate(1 + i));
            KitWriter.await(writer.start(frame, at -> {
                WalPosition end = writer.writer().durableEnd();
                if (end.compareTo(at.plus(frame.length())) < 0) {
                    early.add("frame of " + frame.length() + " bytes at " + at + ", durable end " + end);
                }
            }));
        }
        assertThat(early).as("completions that came before the durable end").isEmpty();
    }

    @Test
    public void required_wal_23_theDurableEndCanBeAskedWhileACompletionRuns() throws Exception {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<Boolean> answered = new CompletableFuture<>();
            KitWriter.await(writer.start(writer.frame(ByteBuffer.allocate(10)), at -> {
                Future<?> question = other.submit(() -> {
                    writer.writer().durableEnd();
                    writer.writer().state();
                });
                answered.complete(isDoneWithin(AT_ONCE_SECONDS, question));
            }));
            assertThat(answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("another thread is told the durable end and the state within %s s", AT_ONCE_SECONDS)
                    .isTrue();
        } finally {
            other.shutdownNow();
        }
    }

    private static boolean isDoneWithin(long seconds, Future<?> question) {
        try {
            question.get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    public void required_wal_24_buffersOfEveryKindAreTakenAndLeftAlone() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        byte[] contents = new byte[100_000];
        new Random(24).nextBytes(contents);
        ByteBuffer heap = ByteBuffer.wrap(contents.clone(), 10, 50_000);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(contents.length).put(contents).flip();
        ByteBuffer[] parts = {
            heap,
            ByteBuffer.allocate(0),
            direct,
            ByteBuffer.wrap(contents).asReadOnlyBuffer(),
            direct.duplicate().position(7).limit(99).slice(),
        };
        TestFrame frame = writer.frame(parts);
        WalPosition at = KitWriter.await(writer.start(frame));
        byte[] expected = frame.bytes();
        assertThat(heap.position()).isEqualTo(10);
        assertThat(direct.remaining()).isEqualTo(contents.length);
        assertThat(heap.array()).isEqualTo(contents);
        Arrays.fill(heap.array(), (byte) 0);
        for (int i = 0; i < direct.capacity(); i++) {
            direct.put(i, (byte) 0);
        }
        assertThat(read(store, "data", at, frame.length())).isEqualTo(expected);
    }

    @Test
    public void required_wal_25_aFrameThatIsTooLargeIsRefusedAndNothingElseHappens() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        writer.append(new byte[] {1});
        int most = store.capabilities().maxBatchBytes();
        TestFrame tooLarge = writer.frame(ByteBuffer.allocate(most));
        assertFails(Reason.TOO_LARGE, () -> writer.start(tooLarge));
        assertThat(writer.writer().state()).isEqualTo(WalState.OPEN);
        int overhead = tooLarge.length() - most;
        TestFrame largest = writer.frame(ByteBuffer.allocate((most & -8) - overhead));
        assertThat(largest.length()).isEqualTo(most & -8);
        KitWriter.await(writer.start(largest));
        Acknowledged last = writer.append(new byte[] {2});
        assertThat(read(store, "data", last.payload(), 1)).containsExactly(2);
    }

    @Test
    public void required_wal_26_asManyAppendsAsPromisedAreUnderWayAtOnce() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<CompletableFuture<WalPosition>> outcomes = new ArrayList<>();
        for (int i = 0; i < 10 * store.capabilities().maxInFlight(); i++) {
            outcomes.add(writer.start(writer.frame(ByteBuffer.allocate(1000))));
        }
        outcomes.forEach(KitWriter::await);
        assertThat(outcomes.stream().map(KitWriter::await)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    public void required_wal_27_afterAnAppendThatIsNotKnownToBeThereNoneIs() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        writer.append(new byte[] {1});
        if (!fences(store)) {
            store.close();
            assertFails(Reason.CLOSED, () -> writer.append(new byte[] {2}));
            refused("the store does not fence, and a closed one appends nothing");
            return;
        }
        KitWriter next = claimAndOpen(store(), "data");
        for (int i = 0; i < 5; i++) {
            assertFails(Reason.FENCED, () -> writer.append(new byte[] {2}));
        }
        assertThat(writer.writer().state()).isEqualTo(WalState.FENCED);
        next.writer().close();
        assertFails(Reason.FENCED, () -> writer.append(new byte[] {3}));
        assertHolds(store(), "data", writer.acknowledged());
    }

    @Test
    public void required_wal_30_whatIsInAFrameIsNobodysBusiness() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        writer.append(new byte[0]);
        writer.append(new byte[1]);
        TestFrame inner = writer.frame(ByteBuffer.allocate(64));
        KitWriter.await(writer.start(inner));
        byte[] likeAFrame = inner.bytes();
        List<Acknowledged> frames = new ArrayList<>();
        for (byte[] payload : List.of(likeAFrame, new byte[5000], Arrays.copyOf(likeAFrame, 16))) {
            frames.add(writer.append(payload));
        }
        kill(store);
        WalStore next = store();
        assertThat(claimAndOpen(next, "data").writer().recovery().end())
                .isEqualTo(writer.writer().durableEnd());
        for (Acknowledged frame : frames) {
            assertThat(read(next, "data", frame.payload(), frame.bytes().length))
                    .isEqualTo(frame.bytes());
        }
    }
}
