// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static io.millrace.testkit.wal.KitReader.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Proves that a store of logs keeps its contract, {@code docs/spec/wal-store.md}, whose clauses the methods are named
 * after. Extend it, say how a store is opened and how its process would die, and run it; all of it must pass. Its
 * superclasses are its chapters.
 *
 * <p>JUnit makes an object of the class per test; all stores that {@link #open} returns to one object are on one place,
 * which is empty at first.
 *
 * @since 0.1
 */
public abstract class WalStoreConformance extends WalMediumConformance {
    /** Makes a test of a store. */
    protected WalStoreConformance() {}

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
        assertFails(Reason.FENCED, () -> store.open("data", epoch));
    }

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
    public void required_wal_60_closeWaitsForEveryCompletion() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        Set<WalPosition> told = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<WalPosition>> outcomes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            outcomes.add(writer.start(writer.frame(ByteBuffer.allocate(40_000 + i)), told::add));
        }
        writer.writer().close();
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isCompleted());
        assertThat(told).hasSize(20);
        store.close();
        assertThat(told).as("completions after the end").hasSize(20);
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

    @Test
    public void required_wal_62_whatAStoreStartedEndsWithIt() {
        int stores = 8;
        openUseAndClose();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < stores; i++) {
            openUseAndClose();
        }
        assertThat(newThreadsWithin(patience(), before, stores))
                .as("threads that %s stores left behind, beyond those of the first", stores)
                .hasSizeLessThan(stores);
    }

    private void openUseAndClose() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        Acknowledged frame = writer.append(new byte[] {1, 2, 3});
        assertThat(read(store, "data", frame.payload(), 3)).containsExactly(1, 2, 3);
        store.close();
    }

    /** The threads that were not there before, as soon as they are fewer than {@code enough}, or at the deadline. */
    private static List<String> newThreadsWithin(Duration patience, Set<Thread> before, int enough) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            List<String> left = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.isAlive() && !before.contains(thread))
                    .map(Thread::getName)
                    .sorted()
                    .toList();
            if (left.size() < enough || System.nanoTime() > deadline) {
                return left;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    // ---- all together ----

    @Test
    public void stochastic_wal_12_13_33_aLifeByChanceLosesNothing() {
        long seed = seed();
        try {
            new RandomLife(seed, this).live(60);
        } catch (AssertionError | WalException e) {
            throw new AssertionError("with seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
