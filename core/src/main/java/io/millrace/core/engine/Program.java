// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.api.StreamClock;
import io.millrace.core.call.OwnThreads;
import io.millrace.core.graph.Graph;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every part of a running program needs to know of it.
 *
 * @param id the program's id
 * @param interval the batch interval
 * @param checkpoint where the logs live; null for memory
 * @param savepoint what to begin from if the checkpoint is empty; null for nothing
 * @param graph what was declared
 * @param settings the engine's settings, checked
 * @param clock the time
 * @param meters where everything is counted
 * @param loader the program's class loader, under which its functions run
 * @param given the providers that the program made itself
 * @param own knows the program's threads
 * @param starting ends the start when the program is stopped meanwhile
 * @param onFailure is told, on any thread, of the errors that the program cannot go on after
 */
public record Program(
        String id,
        Duration interval,
        @Nullable URI checkpoint,
        @Nullable Path savepoint,
        Graph graph,
        Settings settings,
        StreamClock clock,
        MeterRegistry meters,
        ClassLoader loader,
        List<Provider> given,
        OwnThreads own,
        Cancellation starting,
        Consumer<Throwable> onFailure) {

    /** Makes daemon threads of the engine, which run under the program's class loader. */
    public ThreadFactory threads(String role) {
        return new EngineThreads(id, role, loader, own, onFailure);
    }

    /** The context of an instance that a provider makes, with its settings checked; a thread of it that dies is reported. */
    public EnginePluginContext context(
            Found<? extends Provider> found, String instance, Map<String, String> instanceSettings) {
        return context(found, instance, instanceSettings, death -> {});
    }

    /**
     * The context of an instance, with its settings checked.
     *
     * @param onDeath is told what ended a thread of the instance without being caught
     */
    public EnginePluginContext context(
            Found<? extends Provider> found,
            String instance,
            Map<String, String> instanceSettings,
            Consumer<Throwable> onDeath) {
        Settings checked = PluginCall.of(
                found,
                "check the settings of '" + instance + "'",
                provider -> provider.config().parse("'" + instance + "' (" + provider.name() + ")", instanceSettings));
        return new EnginePluginContext(id, instance, checked, found.loader(), clock, meters, own, onDeath);
    }

    /** The settings given below a prefix, without it. */
    public Map<String, String> below(String prefix) {
        return settings.below(prefix);
    }

    /** Whether the checkpoint ends with the process, which promises nothing of what was before. */
    boolean isForgotten() {
        return checkpoint == null || "mem".equals(checkpoint.getScheme());
    }

    /** Opens the providers of this program. */
    ProviderRegistry providers(@Nullable Path plugins) {
        return ProviderRegistry.open(given, new ProviderSource.Options(plugins));
    }
}
