// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.core.trial.Instance;
import io.millrace.core.trial.PluginTrial;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.bench.TestBench;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The provider that a suite is run against, and what its instances are made of. */
final class Subject {
    private final PluginTrial trial;
    private final Found<? extends Provider> found;
    private final String name;
    private final Map<String, String> given;
    private final @Nullable URI base;
    private final @Nullable TestBench bench;
    private final long seed;
    private final AtomicInteger places = new AtomicInteger();

    Subject(
            PluginTrial trial,
            Found<? extends Provider> found,
            String name,
            Map<String, String> given,
            @Nullable URI base,
            @Nullable TestBench bench,
            long seed) {
        this.trial = trial;
        this.found = found;
        this.name = name;
        this.given = given;
        this.base = base;
        this.bench = bench;
        this.seed = seed;
    }

    PluginTrial trial() {
        return trial;
    }

    /** The provider, which the suite's SPI says the type of. */
    @SuppressWarnings("unchecked") // the suite was chosen by the SPI that the provider was found for
    <P extends Provider> Found<P> found() {
        return (Found<P>) found;
    }

    /** The settings as they were given, checked. */
    Settings settings() {
        return trial.check(found, name, given);
    }

    /** The settings as they were given. */
    Map<String, String> given() {
        return given;
    }

    /** What feeds the source or sees the target, which the suite says the kind of. */
    <B extends TestBench> B bench(Class<B> kind) {
        return Objects.requireNonNull(kind.cast(bench), "a suite without a bench asked for one");
    }

    /** Of whatever a test does by chance. */
    long seed() {
        return seed;
    }

    /** Makes a log store and lets it go, so that what nothing can work with is said once and not by every test. */
    void tryOutStore() {
        Found<WalStoreProvider> stores = found();
        try (Instance<WalStore> instance = trial.walStore(stores, freshPlace(), settings());
                WalStore store = instance.made()) {
            store.logs();
        }
    }

    /** A place that was not used before, below the location of this run. */
    URI freshPlace() {
        return URI.create(base + "/" + places.incrementAndGet());
    }
}
