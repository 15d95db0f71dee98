// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static io.millrace.testkit.wal.KitReader.fill;
import static io.millrace.testkit.wal.KitReader.length;
import static io.millrace.testkit.wal.KitReader.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.testkit.Verdict;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Proves that a store of logs keeps its contract, {@code docs/spec/wal-store.md}, whose clauses the methods are named
 * after. Extend it, say how a store is opened and how its process would die, and run it; all of it must pass. (It is one
 * long class so that there is one class to extend.)
 *
 * <p>JUnit makes an object of the class per test; all stores that {@link #open} returns to one object are on one place,
 * which is empty at first.
 *
 * @since 0.1
 */
@Timeout(120)
public abstract class WalStoreConformance {
    private static final WriterIdentity ME = new WriterIdentity("conformance-kit", "kit-host", 4711, 0);
    private static final int LARGEST = 20_000;

    private final List<WalStore> opened = new ArrayList<>();
    private TestReporter reporter = entries -> {};

    /** Makes a test of a store. */
    protected WalStoreConformance() {}

    /** Makes another store on this test's place. */
    protected abstract WalStore open();

    /** Ends a store as the death of its process would: nothing is closed, but what the system held for it is free. */
    protected abstract void kill(WalStore store);

    /** Keeps JUnit's reporter, for {@link Verdict}s. */
    @BeforeEach
    public void takeReporter(TestReporter given) {
        reporter = given;
    }

    /** Closes what a test left open. */
    @AfterEach
    public void closeStores() {
        opened.forEach(WalStore::close);
    }

    private WalStore store() {
        WalStore store = open();
        opened.add(store);
        return store;
    }

    private static KitWriter claimAndOpen(WalStore store, String log) {
        return new KitWriter(store.open(log, store.claim("ledger", ME)));
    }

    private static boolean fences(WalStore store) {
        return store.capabilities().has(WalCapability.FENCES_LIVE_WRITER);
    }

    // ---- epochs and ownership ----

    @Test
    public void required_wal_01_epochsOnlyGrow() {
        long before = 0;
        for (int i = 0; i < 5; i++) {
            WalStore store = store();
            long epoch = store.claim("ledger", ME);
            assertThat(epoch).isGreaterThan(before);
            assertThat(i > 0 || epoch == 1).as("the first epoch is 1").isTrue();
            before = epoch;
            if (i % 2 == 0) {
                store.close();
            } else {
                kill(store);
            }
        }
    }

    @Test
    public void required_wal_02_lookingChangesNothing() {
        WalStore store = store();
        assertThat(store.logs()).isEmpty();
        try (WalReader reader = store.reader("data")) {
            assertThat(reader.segments()).isEmpty();
        }
        assertThat(store.logs()).isEmpty();
    }

    @Test
    public void required_wal_03_aLowerEpochNeverAppendsAgain() {
        WalStore first = store();
        KitWriter zombie = claimAndOpen(first, "data");
        zombie.append(new byte[] {1});
        WalStore second = store();
        if (!fences(first)) {
            assertFails(Reason.LOCKED, () -> second.claim("ledger", ME));
            Verdict.refused(reporter, "the store does not fence, and refuses a second claim");
            return;
        }
        KitWriter owner = claimAndOpen(second, "data");
        assertFails(Reason.FENCED, () -> zombie.append(new byte[] {2}));
        assertFails(Reason.FENCED, () -> zombie.append(new byte[] {3}));
        assertThat(zombie.writer().state()).isEqualTo(WalState.FENCED);
        owner.append(new byte[] {4});
        assertHolds(
                second,
                "data",
                List.of(zombie.acknowledged().get(0), owner.acknowledged().get(0)));
    }

    @Test
    public void required_wal_04_aLockedPlaceNamesItsHolder() {
        WalStore holder = store();
        assertThat(holder.capabilities().has(WalCapability.EXCLUSIVE_LOCK_ONLY)).isNotEqualTo(fences(holder));
        long epoch = holder.claim("ledger", ME);
        WalStore second = store();
        if (fences(holder)) {
            assertThat(second.claim("ledger", ME)).isGreaterThan(epoch);
            Verdict.refused(reporter, "the store does not lock, and lets another take over");
            return;
        }
        assertThatThrownBy(() -> second.claim("ledger", ME))
                .isInstanceOfSatisfying(
                        WalException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.LOCKED))
                .hasMessageContainingAll("conformance-kit", "kit-host", "4711");
        holder.close();
        assertThat(second.claim("ledger", ME)).isGreaterThan(epoch);
        kill(second);
        assertThat(store().claim("ledger", ME)).isGreaterThan(epoch + 1);
    }

    @Test
    public void required_wal_05_whatWasAcknowledgedIsInheritedByTheNextEpoch() {
        WalStore first = store();
        KitWriter writer = claimAndOpen(first, "data");
        writer.appendRandom(new Random(5), 20, LARGEST);
        if (!fences(first)) {
            kill(first);
        }
        WalStore second = store();
        KitWriter next = claimAndOpen(second, "data");
        assertThat(next.writer().recovery().end()).isEqualTo(writer.writer().durableEnd());
        assertHolds(second, "data", writer.acknowledged());
    }

    @Test
    public void required_wal_06_anEpochThatIsNotTheHighestOpensNothing() {
        WalStore store = store();
        long old = store.claim("ledger", ME);
        long now = store.claim("ledger", ME);
        assertFails(Reason.FENCED, () -> store.open("data", old));
        store.open("data", now).close();
        store.open("data", now + 10).close();
        assertFails(Reason.FENCED, () -> store.open("data", now));
        assertThat(store.claim("ledger", ME)).isGreaterThan(now + 10);
    }

    @Test
    public void required_wal_07_anIdleWriterLearnsThatItIsFenced() {
        WalStore first = store();
        KitWriter idle = claimAndOpen(first, "data");
        idle.writer().verifyOwnership();
        WalStore second = fences(first) ? store() : first;
        claimAndOpen(second, "data");
        assertThatThrownBy(() -> idle.writer().verifyOwnership()).isInstanceOf(WalException.class);
    }

    @Test
    public void required_wal_08_claimsAtOnceGiveDifferentEpochsOrAreRefused() throws Exception {
        int claimants = 8;
        Set<Long> epochs = new ConcurrentSkipListSet<>();
        List<Future<?>> claims = new ArrayList<>();
        CountDownLatch together = new CountDownLatch(claimants);
        ExecutorService threads = Executors.newFixedThreadPool(claimants);
        try {
            for (int i = 0; i < claimants; i++) {
                WalStore store = store();
                claims.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    try {
                        assertThat(epochs.add(store.claim("ledger", ME)))
                                .as("nobody else has it")
                                .isTrue();
                    } catch (WalException refused) {
                        assertThat(refused.reason()).isEqualTo(Reason.LOCKED);
                        assertThat(fences(store)).isFalse();
                    }
                    return null;
                }));
            }
            for (Future<?> claim : claims) {
                claim.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(epochs).hasSize(fences(opened.get(0)) ? claimants : 1);
    }

    // ---- opening and recovery ----

    @Test
    public void required_wal_10_aNewLogIsEmpty() {
        WalStore store = store();
        WalRecovery recovery = claimAndOpen(store, "data").writer().recovery();
        assertThat(recovery.start()).isEqualTo(recovery.end());
        assertThat(recovery.tornBytes()).isZero();
        assertHolds(store, "data", List.of());
    }

    @Test
    public void required_wal_11_aClosedLogIsFoundAsItWasLeft() {
        WalStore first = store();
        KitWriter writer = claimAndOpen(first, "data");
        writer.appendRandom(new Random(11), 50, LARGEST);
        WalPosition end = writer.writer().durableEnd();
        writer.writer().close();
        first.close();
        WalStore second = store();
        WalRecovery recovery = claimAndOpen(second, "data").writer().recovery();
        assertThat(recovery.end()).isEqualTo(end);
        assertThat(recovery.tornBytes()).isZero();
        assertHolds(second, "data", writer.acknowledged());
    }

    @Test
    public void required_wal_12_whatWasAcknowledgedSurvivesTheProcess() {
        List<Acknowledged> all = new ArrayList<>();
        for (int life = 0; life < 10; life++) {
            WalStore store = store();
            KitWriter writer = claimAndOpen(store, "data");
            assertHolds(store, "data", all);
            writer.appendRandom(new Random(life), life, LARGEST);
            all.addAll(writer.acknowledged());
            kill(store);
        }
        WalStore last = store();
        claimAndOpen(last, "data");
        assertHolds(last, "data", all);
    }

    @Test
    public void required_wal_13_openingAgainFindsTheSame() {
        WalStore first = store();
        KitWriter writer = claimAndOpen(first, "data");
        writer.appendRandom(new Random(13), 5, LARGEST);
        kill(first);
        for (int i = 0; i < 5; i++) {
            WalStore next = store();
            assertThat(claimAndOpen(next, "data").writer().recovery().end())
                    .isEqualTo(writer.writer().durableEnd());
            assertHolds(next, "data", writer.acknowledged());
            kill(next);
        }
    }

    @Test
    public void required_wal_15_everyEpochWritesSegmentsOfItsOwn() {
        WalPosition before = WalPosition.START;
        for (int life = 0; life < 5; life++) {
            WalStore store = store();
            KitWriter writer = claimAndOpen(store, "data");
            for (int i = 0; i < 3; i++) {
                WalPosition at = writer.append(new byte[100]).frame();
                assertThat(WalPosition.epochOf(at.segment()))
                        .isEqualTo(writer.writer().epoch());
                assertThat(at).isGreaterThan(before);
                before = at;
            }
            store.close();
        }
    }

    // ---- appending ----

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
    public void required_wal_21_completionsComeInTheOrderOfTheAppends() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        Random random = new Random(21);
        List<Integer> order = new ArrayList<>();
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            TestFrame frame = writer.frame(ByteBuffer.allocate(random.nextInt(LARGEST)));
            outcomes.add(writer.start(frame).thenAccept(at -> {
                synchronized (order) {
                    order.add(number);
                }
            }));
        }
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).join();
        assertThat(order).hasSize(200).isSorted();
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
            TestFrame frame = writer.frame(ByteBuffer.allocate(i));
            WalPosition at = KitWriter.await(writer.start(frame));
            assertThat(writer.writer().durableEnd()).isEqualTo(at.plus(frame.length()));
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

    // ---- segments ----

    @Test
    public void required_wal_31_rollingBeginsANewSegmentWithTheNextAppend() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        writer.writer().roll();
        long first = writer.append(new byte[10]).frame().segment();
        writer.writer().roll();
        writer.writer().roll();
        Acknowledged next = writer.append(new byte[10]);
        assertThat(next.frame().segment()).isGreaterThan(first);
        assertThat(next.frame().offset()).isZero();
        assertHolds(store, "data", writer.acknowledged());
        kill(store);
        WalStore second = store();
        claimAndOpen(second, "data");
        assertHolds(second, "data", writer.acknowledged());
    }

    @Test
    public void required_wal_32_trimmingFreesWholeSegmentsBeforeAPosition() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<Acknowledged> frames = appendInSegments(writer, 5, 3);
        WalPosition middle = frames.get(7).frame();
        int kept = firstOfItsSegment(frames, 7);
        WalPosition start = writer.writer().trim(middle);
        assertThat(start).isEqualTo(frames.get(kept).frame()).isLessThanOrEqualTo(middle);
        assertThat(writer.writer().trim(middle)).isEqualTo(start);
        assertThat(writer.writer().trim(WalPosition.START)).isEqualTo(start);
        assertHolds(store, "data", frames.subList(kept, frames.size()));
        int last = firstOfItsSegment(frames, 14);
        assertThat(writer.writer().trim(writer.writer().end()))
                .isEqualTo(frames.get(last).frame());
        assertHolds(store, "data", frames.subList(last, frames.size()));
        assertThat(writer.append(new byte[1]).frame())
                .isGreaterThan(frames.get(14).frame());
    }

    @Test
    public void required_wal_33_aTrimSurvivesTheProcess() {
        WalStore first = store();
        KitWriter writer = claimAndOpen(first, "data");
        List<Acknowledged> frames = appendInSegments(writer, 4, 2);
        WalPosition start = writer.writer().trim(frames.get(4).frame());
        kill(first);
        WalStore second = store();
        KitWriter next = claimAndOpen(second, "data");
        assertThat(next.writer().recovery().start()).isEqualTo(start);
        assertHolds(second, "data", frames.subList(4, frames.size()));
        WalPosition end = next.writer().recovery().end();
        assertThat(next.writer().trim(end)).isGreaterThan(frames.get(7).frame());
        kill(second);
        WalStore third = store();
        KitWriter last = claimAndOpen(third, "data");
        assertThat(last.writer().recovery().start())
                .isEqualTo(last.writer().recovery().end())
                .isGreaterThan(frames.get(7).frame());
        assertThat(last.append(new byte[1]).frame()).isGreaterThan(end);
        assertHolds(third, "data", last.acknowledged());
    }

    @Test
    public void required_wal_34_manySegmentsAreNothingSpecial() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        int threads = Thread.activeCount();
        appendInSegments(writer, 100, 1);
        assertHolds(store, "data", writer.acknowledged());
        assertThat(Thread.activeCount()).isLessThan(threads + 20);
    }

    // ---- reading ----

    @Test
    public void required_wal_40_aReaderSeesWhatIsAcknowledgedWhileTheWriterGoesOn() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        boolean atOnce = store.capabilities().has(WalCapability.VISIBLE_BEFORE_SEAL);
        if (!atOnce) {
            Verdict.refused(reporter, "the store shows sealed segments only");
        }
        try (WalReader reader = store.reader("data")) {
            for (int i = 0; i < 50; i++) {
                Acknowledged frame = writer.append(new byte[] {(byte) i, 1, 2});
                if (!atOnce) {
                    writer.writer().roll();
                }
                ByteBuffer into = ByteBuffer.allocate(3);
                fill(reader, frame.payload(), into);
                assertThat(into.array()).isEqualTo(frame.bytes());
            }
        }
    }

    @Test
    public void required_wal_41_readingGoesAsFarAsTheSegment() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        WalPosition at = writer.append(new byte[1000]).frame();
        writer.writer().roll();
        writer.append(new byte[1000]);
        long length = length(store, "data", at.segment());
        try (WalReader reader = store.reader("data")) {
            ByteBuffer more = ByteBuffer.allocate((int) length + 5000);
            int read = reader.read(at.segment(), 0, more);
            assertThat(read).isPositive().isLessThanOrEqualTo((int) length).isEqualTo(more.position());
            assertThat(reader.read(at.segment(), length, ByteBuffer.allocate(10)))
                    .isZero();
            assertThat(reader.read(at.segment(), length + 1_000_000, ByteBuffer.allocate(10)))
                    .isZero();
            assertThat(reader.read(at.segment(), 0, ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    public void required_wal_42_whatIsGoneAndWhatNeverWasAreToldApart() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<Acknowledged> frames = appendInSegments(writer, 3, 1);
        writer.writer().trim(frames.get(1).frame());
        long never = WalPosition.segment(writer.writer().epoch(), 1_000_000);
        try (WalReader reader = store.reader("data")) {
            ByteBuffer into = ByteBuffer.allocate(10);
            assertFails(Reason.TRIMMED, () -> reader.read(frames.get(0).frame().segment(), 0, into));
            assertFails(Reason.CORRUPT, () -> reader.read(never, 0, into));
        }
    }

    @Test
    public void required_wal_43_manyReadAtOnceAndOneMayBeInterrupted() throws Exception {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<Acknowledged> frames = List.copyOf(appendInSegments(writer, 30, 5));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (WalReader reader = store.reader("data")) {
            List<Future<?>> reads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(i);
                boolean interrupted = i % 4 == 3;
                reads.add(threads.submit(() -> {
                    for (int j = 0; j < 300; j++) {
                        if (interrupted && j % 10 == 0) {
                            Thread.currentThread().interrupt();
                        }
                        Acknowledged frame = frames.get(random.nextInt(frames.size()));
                        ByteBuffer into = ByteBuffer.allocate(frame.bytes().length);
                        fill(reader, frame.payload(), into);
                        assertThat(into.array()).isEqualTo(frame.bytes());
                        assertThat(Thread.interrupted()).isEqualTo(interrupted && j % 10 == 0);
                    }
                }));
            }
            writer.appendRandom(new Random(43), 50, LARGEST);
            for (Future<?> read : reads) {
                read.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    public void required_wal_44_aLogThatDoesNotExistHasNoSegments() {
        WalStore store = store();
        claimAndOpen(store, "data");
        try (WalReader reader = store.reader("other")) {
            assertThat(reader.segments()).isEmpty();
        }
        assertThat(store.logs()).containsExactly("data");
    }

    // ---- names, logs, deletion ----

    @Test
    public void required_wal_50_onlyNamesThatEveryMediumCanHoldAreTaken() {
        WalStore store = store();
        long epoch = store.claim("ledger", ME);
        String longest = "a".repeat(99) + "9";
        store.open(longest, epoch).close();
        assertThat(store.logs()).containsExactly(longest);
        for (String bad : List.of("", "-a", "A", "a/b", "..", "a.b", "a b", "ä", "a_b", longest + "1")) {
            assertThatThrownBy(() -> store.open(bad, epoch)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.reader(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.delete(bad, epoch)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    public void required_wal_51_logsDoNotTouchEachOther() {
        WalStore store = store();
        long epoch = store.claim("ledger", ME);
        List<String> names = List.of("a", "a-1", "a1", "data", "ledger");
        List<KitWriter> writers = new ArrayList<>();
        for (String name : names) {
            writers.add(new KitWriter(store.open(name, epoch)));
        }
        for (int i = 0; i < 30; i++) {
            for (KitWriter writer : writers) {
                writer.append((names.get(writers.indexOf(writer)) + i).getBytes(UTF_8));
                if (i % 10 == 9) {
                    writer.writer().roll();
                }
            }
        }
        writers.get(0).writer().trim(writers.get(0).writer().end());
        writers.get(2).writer().close();
        store.delete("a1", epoch);
        assertThat(store.logs()).containsExactly("a", "a-1", "data", "ledger");
        for (int i : new int[] {1, 3, 4}) {
            assertHolds(store, names.get(i), writers.get(i).acknowledged());
        }
    }

    @Test
    public void required_wal_52_aDeletedLogLeavesNothingButItsClaims() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        long epoch = writer.writer().epoch();
        List<Acknowledged> frames = appendInSegments(writer, 3, 2);
        writer.writer().close();
        store.delete("data", epoch);
        store.delete("data", epoch);
        store.delete("never", epoch);
        assertThat(store.logs()).isEmpty();
        assertHolds(store, "data", List.of());
        KitWriter again = new KitWriter(store.open("data", epoch));
        assertThat(again.writer().recovery().start())
                .isEqualTo(again.writer().recovery().end());
        assertThat(again.append(new byte[] {1}).frame())
                .isGreaterThan(frames.get(5).frame());
        assertHolds(store, "data", again.acknowledged());
        long next = store.claim("ledger", ME);
        assertThat(next).isGreaterThan(epoch);
        assertFails(Reason.FENCED, () -> store.delete("data", epoch));
    }

    // ---- closing ----

    @Test
    public void required_wal_60_aClosedWriterAppendsNothing() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        CompletableFuture<WalPosition> last = writer.start(writer.frame(ByteBuffer.allocate(10)));
        writer.writer().close();
        assertThat(last).isCompleted();
        assertThat(writer.writer().state()).isEqualTo(WalState.CLOSED);
        writer.writer().close();
        assertThatThrownBy(() -> writer.start(writer.frame(ByteBuffer.allocate(10))))
                .isInstanceOfSatisfying(WalException.class, closed -> {
                    assertThat(closed.reason()).isEqualTo(Reason.CLOSED);
                    assertThat(closed.outcome()).isEqualTo(Outcome.NOT_APPENDED);
                });
    }

    @Test
    public void required_wal_61_aClosedStoreDoesNothing() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        WalReader reader = store.reader("data");
        long epoch = writer.writer().epoch();
        store.close();
        store.close();
        assertFails(Reason.CLOSED, () -> store.claim("ledger", ME));
        assertFails(Reason.CLOSED, () -> store.open("data", epoch));
        assertFails(Reason.CLOSED, () -> store.reader("data"));
        assertFails(Reason.CLOSED, store::logs);
        assertFails(Reason.CLOSED, () -> store.delete("data", epoch));
        assertFails(Reason.CLOSED, () -> writer.start(writer.frame(ByteBuffer.allocate(1))));
        assertFails(Reason.CLOSED, reader::segments);
        assertThat(store.capabilities().maxInFlight()).isPositive();
    }

    // ---- what the clauses share ----

    /** A store may roll whenever it likes, so a segment may begin behind where the kit rolled. */
    private static int firstOfItsSegment(List<Acknowledged> frames, int frame) {
        int first = frame;
        while (first > 0
                && frames.get(first - 1).frame().segment()
                        == frames.get(frame).frame().segment()) {
            first--;
        }
        return first;
    }

    private static List<Acknowledged> appendInSegments(KitWriter writer, int segments, int framesEach) {
        Random random = new Random(segments);
        for (int i = 0; i < segments; i++) {
            if (i > 0) {
                writer.writer().roll();
            }
            writer.appendRandom(random, framesEach, 500);
        }
        return writer.acknowledged();
    }

    private static void assertFails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        WalException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }
}
