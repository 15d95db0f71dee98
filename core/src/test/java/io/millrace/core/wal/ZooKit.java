// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.ForwardingWalStore;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;

/** The kit on one memory per test; its subclasses are not found by the build, as they are neither top-level nor called tests. */
abstract class ZooKit extends WalStoreConformance {
    final Memory memory = new Memory(64 << 10);

    /** A store that breaks one thing. */
    WalStore breaking(WalStore right) {
        return new ForwardingWalStore(right) {
            @Override
            public WalWriter open(String log, long epoch) {
                return writing(right.open(log, epoch));
            }

            @Override
            public WalReader reader(String log) {
                return reading(right.reader(log));
            }
        };
    }

    /** A writer that breaks one thing. */
    WalWriter writing(WalWriter right) {
        return right;
    }

    /** A reader that breaks one thing. */
    WalReader reading(WalReader right) {
        return right;
    }

    @Override
    protected WalStore open() {
        return breaking(new InMemoryWalStore(memory));
    }

    @Override
    protected void kill(WalStore store) {
        // memory is not lost
    }

    @Override
    protected WalMedium medium() {
        return WalMedium.outOfReach("memory is not damaged");
    }

    @Override
    protected long seed() {
        return 5;
    }
}
