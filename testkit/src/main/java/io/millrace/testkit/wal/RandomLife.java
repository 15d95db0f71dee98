// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A log that is appended to, rolled, trimmed, closed and killed by chance, beside a list of what it must hold. The list is
 * compared whenever the log was opened again.
 */
final class RandomLife {
    private static final int LARGEST = 3000;

    private final Random random;
    private final WalStoreKit kit;
    private final List<Acknowledged> expected = new ArrayList<>();
    private WalStore store;
    private KitWriter writer;

    RandomLife(long seed, WalStoreKit kit) {
        this.random = new Random(seed);
        this.kit = kit;
        this.store = kit.store();
        this.writer = WalStoreKit.claimAndOpen(store, "data");
    }

    void live(int steps) {
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(10)) {
                case 0 -> writer.writer().roll();
                case 1 -> trim();
                case 2 -> {
                    writer.writer().close();
                    store.close();
                    openAgain();
                }
                case 3 -> {
                    kit.kill(store);
                    openAgain();
                }
                default -> append();
            }
        }
        kit.kill(store);
        openAgain();
    }

    private void append() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            byte[] payload = new byte[1 + random.nextInt(LARGEST)];
            random.nextBytes(payload);
            expected.add(writer.append(payload));
        }
    }

    private void trim() {
        if (expected.isEmpty()) {
            return;
        }
        WalPosition before = expected.get(random.nextInt(expected.size())).frame();
        WalPosition start = writer.writer().trim(before);
        assertThat(start).isLessThanOrEqualTo(before);
        expected.removeIf(frame -> frame.frame().compareTo(start) < 0);
    }

    private void openAgain() {
        WalPosition end = writer.writer().durableEnd();
        store = kit.store();
        writer = WalStoreKit.claimAndOpen(store, "data");
        assertThat(writer.writer().recovery().end())
                .as("where the log ends after it was opened again")
                .isEqualTo(end);
        assertHolds(store, "data", expected);
    }
}
