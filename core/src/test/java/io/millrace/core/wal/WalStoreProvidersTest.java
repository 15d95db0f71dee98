// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import io.millrace.core.log.TestLogs;
import io.millrace.core.wal.local.FileWalStoreProvider;
import io.millrace.core.wal.memory.MemoryWalStoreProvider;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalStoreProvidersTest {
    @Test
    void bothAreFoundByTheirSchemes() {
        assertThat(ServiceLoader.load(WalStoreProvider.class))
                .extracting(WalStoreProvider::name)
                .contains("file", "mem");
    }

    @Test
    void nothingIsMadeBeforeAnEpochIsClaimed(@TempDir Path directory) {
        Path root = directory.resolve("a/b");
        try (WalStore store = open(new FileWalStoreProvider(), root.toUri(), Map.of())) {
            assertThat(store.logs()).isEmpty();
            assertThat(directory.resolve("a")).doesNotExist();
            store.open("data", store.claim("ledger", TestLogs.ME));
            assertThat(Files.exists(root.resolve("data/LOG"))).isTrue();
        }
    }

    @Test
    void aLocationThatIsNoDirectoryIsRefused() {
        for (String location : new String[] {"file:relative", "file://host/x", "http://host/x"}) {
            assertThatThrownBy(() -> open(new FileWalStoreProvider(), URI.create(location), Map.of()))
                    .isInstanceOf(WalException.class)
                    .hasMessageContainingAll(location, "file:///");
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> settings(new FileWalStoreProvider(), Map.of("segment.sizes", "1MiB")))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("did you mean 'segment.size'");
        assertThatThrownBy(() -> settings(new FileWalStoreProvider(), Map.of("segment.size", "1")))
                .isInstanceOf(MillraceException.class);
        settings(new FileWalStoreProvider(), Map.of("segment.size", "64MiB", "min-free", "0B"));
    }

    @Test
    void memoryWithANameIsOnePlaceAndWithoutOneIsNew() {
        MemoryWalStoreProvider provider = new MemoryWalStoreProvider();
        try (WalStore store = open(provider, URI.create("mem:x"), Map.of());
                WalStore same = open(provider, URI.create("mem:x"), Map.of());
                WalStore other = open(provider, URI.create("mem:///"), Map.of())) {
            store.open("data", store.claim("ledger", TestLogs.ME));
            assertThat(same.logs()).containsExactly("data");
            assertThat(other.logs()).isEmpty();
        }
    }

    private static WalStore open(WalStoreProvider provider, URI location, Map<String, String> given) {
        return provider.open(location, new Context(settings(provider, given)));
    }

    private static Settings settings(WalStoreProvider provider, Map<String, String> given) {
        return provider.config().parse("log store '" + provider.name() + "'", given);
    }

    private record Context(Settings settings) implements PluginContext {
        @Override
        public String program() {
            return "test";
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public ThreadFactory threads() {
            return TestLogs.DAEMONS;
        }

        @Override
        public StreamClock clock() {
            return TestLogs.REAL_TIME;
        }

        @Override
        public Metrics metrics() {
            return TestLogs.NO_METRICS;
        }

        @Override
        public <T> T classLoaderSafe(Class<T> type, T target) {
            return target;
        }
    }
}
