// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the kit.
 *
 * @param plugin a zip or fat jar; null for what is built in
 * @param provider the name of the only provider that is meant; null for all
 * @param location where log stores are tried; null for one that is made up, if the store can have that
 * @param settings of the provider
 * @param benches jars and directories of classes that hold benches
 * @param suites the names of the suites that run; empty for all
 * @param seed of what tests do by chance
 * @param report the directory for the reports; null for none
 */
public record TckRequest(
        @Nullable Path plugin,
        @Nullable String provider,
        @Nullable URI location,
        Map<String, String> settings,
        List<Path> benches,
        Set<String> suites,
        long seed,
        @Nullable Path report) {
    public TckRequest {
        settings = Map.copyOf(settings);
        benches = List.copyOf(benches);
        suites = Set.copyOf(suites);
    }

    /** Whether the provider cannot be anything but configured, so that what is missing is a mistake. */
    boolean isExplicit() {
        return provider != null || location != null || !settings.isEmpty();
    }

    boolean wants(String suite) {
        return suites.isEmpty() || suites.contains(suite);
    }
}
