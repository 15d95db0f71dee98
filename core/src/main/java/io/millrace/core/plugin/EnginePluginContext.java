// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.api.StreamClock;
import io.millrace.core.call.OwnThreads;
import io.millrace.core.call.Patient;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** The context of one instance that a provider made. The engine closes it after the instance. */
public final class EnginePluginContext implements PluginContext, Patient {
    /** How long threads may take to end at most: their instance is closed, and had its own time for that. */
    private static final Duration THREADS = Duration.ofSeconds(1);

    private final String program;
    private final String name;
    private final Settings settings;
    private final ClassLoader loader;
    private final PluginThreads threads;
    private final PluginClock clock;
    private final MicrometerMetrics metrics;

    /** A context of whose threads nobody hears when they die, beyond the report. */
    public EnginePluginContext(
            String program,
            String name,
            Settings settings,
            ClassLoader loader,
            StreamClock clock,
            MeterRegistry registry) {
        this(program, name, settings, loader, clock, registry, new OwnThreads(), death -> {});
    }

    /**
     * A context.
     *
     * @param program the program's id
     * @param name the instance's name
     * @param loader the plugin's class loader
     * @param clock the engine's clock
     * @param registry where meters are kept
     * @param own knows the instance's threads
     * @param onDeath is told what ended a thread of the instance without being caught
     */
    public EnginePluginContext(
            String program,
            String name,
            Settings settings,
            ClassLoader loader,
            StreamClock clock,
            MeterRegistry registry,
            OwnThreads own,
            Consumer<Throwable> onDeath) {
        this.program = requireNonNull(program, "program is null");
        this.name = requireNonNull(name, "name is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.loader = requireNonNull(loader, "loader is null");
        this.threads = new PluginThreads("millrace-" + program + "-" + name, loader, own, onDeath);
        this.clock = new PluginClock(clock, name, loader);
        this.metrics = new MicrometerMetrics(registry, program, name);
    }

    @Override
    public String program() {
        return program;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public ThreadFactory threads() {
        return threads;
    }

    @Override
    public StreamClock clock() {
        return clock;
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public <T> T classLoaderSafe(Class<T> type, T target) {
        return ClassLoaderSafeProxy.of(type, target, loader);
    }

    /**
     * Cancels the instance's timers, forgets its gauges, and waits a little until its threads have ended. Those that have not
     * by the deadline, or within a second, are interrupted and named in the log. Idempotent.
     */
    @Override
    public void close(Duration deadline) {
        clock.close();
        metrics.close();
        threads.close(deadline.compareTo(THREADS) < 0 ? deadline : THREADS);
    }
}
