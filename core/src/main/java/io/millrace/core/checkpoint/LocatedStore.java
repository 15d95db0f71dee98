// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.clock.SystemStreamClock;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.EncryptionOptions;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log store of a checkpoint, opened by its location, with all that it needs.
 *
 * @param location as a program gives it to its builder
 */
record LocatedStore(
        URI location, WalStore store, Encryption encryption, SystemStreamClock clock, Deque<AutoCloseable> opened)
        implements AutoCloseable {
    /**
     * Opens a store.
     *
     * @param settings of the log store, without their prefix, and those of encryption, with it
     * @param plugins the directory of drop-in plugins; null for none
     * @param given providers that are not to be looked for
     */
    static LocatedStore open(URI location, Map<String, String> settings, @Nullable Path plugins, List<Provider> given) {
        Map<String, String> ofStore = new TreeMap<>(settings);
        Encryption encryption = EncryptionOptions.takeFrom(ofStore);
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            ProviderRegistry providers = ProviderRegistry.open(given, new ProviderSource.Options(plugins));
            opened.push(providers);
            SystemStreamClock clock = new SystemStreamClock(LocatedStore::daemon);
            opened.push(clock);
            String scheme = location.getScheme() == null ? "file" : location.getScheme();
            Found<WalStoreProvider> found = providers.find(WalStoreProvider.class, scheme);
            Settings checked = PluginCall.of(
                    found,
                    "check the settings of the log store",
                    provider -> provider.config().parse("log store '" + scheme + "'", ofStore));
            EnginePluginContext context = new EnginePluginContext(
                    "checkpoint", "wal", checked, found.loader(), clock, new SimpleMeterRegistry());
            opened.push(context);
            WalStore made = PluginCall.of(
                    found,
                    "open the log store at " + location,
                    provider -> ClassLoaderSafe.walStore(provider.open(location, context), found.loader()));
            opened.push(made);
            return new LocatedStore(location, made, encryption, clock, opened);
        } catch (RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /**
     * Refuses a place that has no checkpoint.
     *
     * @throws MillraceException if there is none
     */
    void ensureCheckpoint() {
        List<String> logs = store.logs();
        if (!logs.contains(Ledger.LOG)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "there is no checkpoint at '" + location + "': it has no log '" + Ledger.LOG + "', only " + logs);
        }
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "millrace-checkpoint");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        closeAll(opened);
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new MillraceException(ErrorCode.INTERNAL, "closing the checkpoint failed: " + e, e);
            }
        }
    }
}
