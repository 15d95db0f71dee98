// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Epochs and ownership, W-01 to W-08; part of {@link WalStoreConformance}.
 *
 * @since 0.1
 */
public abstract class WalOwnershipConformance extends WalStoreKit {
    WalOwnershipConformance() {}

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
            refused("the store locks, and refuses a second claim");
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
        assertThat(holder.capabilities().has(WalCapability.EXCLUSIVE_LOCK_ONLY)
                        || holder.capabilities().has(WalCapability.FENCES_LIVE_WRITER))
                .as("the store fences, or locks, or both")
                .isTrue();
        long epoch = holder.claim("ledger", ME);
        WalStore second = store();
        if (fences(holder)) {
            assertThat(second.claim("ledger", ME)).isGreaterThan(epoch);
            refused("the store does not lock, and lets another take over");
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
                                .as("no other process has it")
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
        assertThat(epochs).hasSize(fences(store()) ? claimants : 1);
    }
}
