// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Opening and recovery, W-10 to W-17; part of {@link WalStoreConformance}.
 *
 * @since 0.1
 */
public abstract class WalRecoveryConformance extends WalOwnershipConformance {
    WalRecoveryConformance() {}

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
}
