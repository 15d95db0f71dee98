// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.core.clock.SystemStreamClock;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.core.wal.local.LocalWalStore;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plugins found, loaded and asked for instances exactly as for a program, without a program: with the same class loaders,
 * contexts and wrappers. Thread-safe.
 */
public final class PluginTrial implements AutoCloseable {
    private static final String PROGRAM = "tck";

    private final ProviderRegistry registry;
    private final SystemStreamClock clock = new SystemStreamClock(PluginTrial::daemon);

    private PluginTrial(ProviderRegistry registry) {
        this.registry = registry;
    }

    /**
     * Loads drop-in plugins, and finds what is on the class path and module path.
     *
     * @param plugins a directory of drop-in plugins, or one of them; null for none
     */
    public static PluginTrial open(@Nullable Path plugins) {
        return new PluginTrial(ProviderRegistry.open(List.of(), new ProviderSource.Options(plugins)));
    }

    /** Every provider of a kind by its name. */
    public <P extends Provider> Map<String, Found<P>> all(Class<P> kind) {
        return registry.all(kind);
    }

    /** What could not be loaded and why, one line each. */
    public List<String> problems() {
        return registry.problems();
    }

    /**
     * Checks settings against what a provider takes.
     *
     * @param owner what they belong to, for messages
     */
    public Settings check(Found<? extends Provider> found, String owner, Map<String, String> given) {
        return PluginCall.of(
                found,
                "check the settings of " + owner,
                provider -> provider.config().parse(owner, given));
    }

    /** Opens a log store. */
    public Instance<WalStore> walStore(Found<WalStoreProvider> found, URI location, Settings settings) {
        EnginePluginContext context = context(found, "wal", settings);
        try {
            WalStore store = PluginCall.of(
                    found, "open the log store at " + location, provider -> provider.open(location, context));
            return new Instance<>(
                    ClassLoaderSafe.walStore(store, found.loader()),
                    context,
                    store instanceof LocalWalStore local ? local::abandon : null);
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    /** A provider whose schedulers are made and called as the engine's. */
    public SchedulerProvider scheduler(Found<SchedulerProvider> found) {
        return new FoundScheduler(found);
    }

    /** A provider whose listeners are made and called as the engine's. */
    public ListenerProvider listener(Found<ListenerProvider> found) {
        return new FoundListener(found);
    }

    /** A provider whose receivers are made and called as the engine's. */
    public ReceiverProvider receiver(Found<ReceiverProvider> found) {
        return new FoundReceiver(found);
    }

    /** A provider whose direct sources are made and called as the engine's. */
    public DirectSourceProvider directSource(Found<DirectSourceProvider> found) {
        return new FoundDirectSource(found);
    }

    /** A provider whose sinks are made and called as the engine's. */
    public SinkProvider sink(Found<SinkProvider> found) {
        return new FoundSink(found);
    }

    private EnginePluginContext context(Found<?> found, String name, Settings settings) {
        return new EnginePluginContext(PROGRAM, name, settings, found.loader(), clock, new SimpleMeterRegistry());
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "millrace-tck-timer");
        thread.setDaemon(true);
        return thread;
    }

    /** Unloads the plugins; every instance must have been closed before. */
    @Override
    public void close() {
        try {
            registry.close();
        } finally {
            clock.close();
        }
    }
}
