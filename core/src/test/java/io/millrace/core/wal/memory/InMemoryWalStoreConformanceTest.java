// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.testkit.wal.WalStoreConformance;

class InMemoryWalStoreConformanceTest extends WalStoreConformance {
    private final Memory memory = new Memory(64 << 10);

    @Override
    protected WalStore open() {
        return new InMemoryWalStore(memory);
    }

    @Override
    protected void kill(WalStore store) {
        // whoever dies leaves its memory behind, and everybody can fence it
    }

    @Override
    protected WalMedium medium() {
        return WalMedium.outOfReach("its logs are objects of this process, which nothing else reaches");
    }
}
