// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.Settings;
import io.millrace.testkit.internal.NoMetrics;
import io.millrace.testkit.internal.RealClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an engine would give an instance of a plugin, which remembers the threads that were made through it: what a test
 * needs to make one. Settings are checked against the provider's own, as an engine checks them. The program is {@value
 * #PROGRAM}; the clock is this machine's unless another is given; the metrics are not read. Thread-safe.
 *
 * @since 0.1
 */
public final class KitContext implements PluginContext, AutoCloseable {
    /** The id of the program that owns the instances of the kit. */
    public static final String PROGRAM = "conformance-kit";

    private final String name;
    private final Settings settings;
    private final StreamClock clock;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger made = new AtomicInteger();

    private KitContext(String name, Settings settings, StreamClock clock) {
        this.name = name;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A context for an instance of {@code provider}, in real time.
     *
     * @param kind what the instance is, for messages, such as {@code stream}
     * @param name what it is called
     * @throws io.millrace.api.MillraceException if the settings are not the provider's
     */
    public static KitContext of(Provider provider, String kind, String name, Map<String, String> settings) {
        return of(provider, kind, name, settings, new RealClock());
    }

    /** The same, in the time of {@code clock}. */
    public static KitContext of(
            Provider provider, String kind, String name, Map<String, String> settings, StreamClock clock) {
        return new KitContext(name, provider.config().parse(kind + " '" + name + "'", settings), clock);
    }

    @Override
    public String program() {
        return PROGRAM;
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
        return task -> {
            Thread thread = new Thread(
                    () -> {
                        try {
                            task.run();
                        } finally {
                            threads.remove(Thread.currentThread());
                        }
                    },
                    name + "-" + made.incrementAndGet());
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        };
    }

    /** The threads that were made and started through this and have not ended. */
    public List<Thread> running() {
        return threads.stream().filter(Thread::isAlive).toList();
    }

    /** Waits until the threads made through this have ended; says whether they have. */
    public boolean awaitThreads(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            if (thread.isAlive() && thread != Thread.currentThread()) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, end - System.nanoTime()));
            }
        }
        return running().isEmpty();
    }

    @Override
    public StreamClock clock() {
        return clock;
    }

    @Override
    public Metrics metrics() {
        return NoMetrics.INSTANCE;
    }

    @Override
    public <T> T classLoaderSafe(Class<T> type, T target) {
        return target;
    }

    /** Interrupts the threads that have not ended, and cancels what waits for the clock if it is the context's own. */
    @Override
    public void close() {
        running().forEach(Thread::interrupt);
        if (clock instanceof RealClock own) {
            own.close();
        }
    }
}
