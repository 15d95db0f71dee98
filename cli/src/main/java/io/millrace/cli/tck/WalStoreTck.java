// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.core.trial.Instance;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.WalStoreConformance;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite of log stores, on stores that the host made. */
@ExtendWith(SubjectResolver.class)
class WalStoreTck extends WalStoreConformance {
    private final Subject subject;
    private final URI place;
    private final List<Instance<WalStore>> instances = new ArrayList<>();

    WalStoreTck(Subject subject) {
        this.subject = subject;
        this.place = subject.freshPlace();
    }

    @Override
    protected WalStore open() {
        Instance<WalStore> instance = subject.trial().walStore(subject.found(), place, subject.settings());
        instances.add(instance);
        return instance.made();
    }

    /**
     * A store that fences needs nothing of a dead process, so that one which is left alone is as good as dead. One that
     * locks does: the engine's own gives its lock back as the system would; of any other only the system does.
     */
    @Override
    protected void kill(WalStore store) {
        boolean died = instances.stream()
                .filter(instance -> instance.made() == store)
                .findFirst()
                .orElseThrow()
                .die();
        Assumptions.assumeTrue(
                died || !store.capabilities().has(WalCapability.EXCLUSIVE_LOCK_ONLY),
                "the lock goes with its process only; test it in the plugin's own build");
    }

    @Override
    protected long seed() {
        return subject.seed();
    }

    @AfterEach
    @Override
    public void closeStores() {
        super.closeStores();
        instances.forEach(Instance::close);
    }
}
