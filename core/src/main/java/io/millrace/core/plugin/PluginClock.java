// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's clock for one plugin instance: its timers run under the plugin's class loader and end with it. */
final class PluginClock implements StreamClock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginClock.class);

    private final StreamClock clock;
    private final String owner;
    private final ClassLoader loader;
    private final Set<Timer> timers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    PluginClock(StreamClock clock, String owner, ClassLoader loader) {
        this.clock = clock;
        this.owner = owner;
        this.loader = loader;
    }

    @Override
    public long millis() {
        return clock.millis();
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        Timer timer = new Timer(task);
        timers.add(timer);
        timer.handle = clock.schedule(delay, timer);
        if (closed) {
            timer.cancel();
            throw new IllegalStateException(owner + " is closed and starts no more timers");
        }
        return timer;
    }

    @Override
    public void close() {
        closed = true;
        timers.forEach(Timer::cancel);
    }

    /** Either runs or is cancelled, and is forgotten then. */
    private final class Timer implements Runnable, Cancellable {
        private final Runnable task;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable Cancellable handle;

        Timer(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            timers.remove(this);
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                task.run();
            } catch (RuntimeException | LinkageError e) {
                LOG.error("A timer of {} failed", owner, e);
            }
        }

        @Override
        public void cancel() {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            timers.remove(this);
            Cancellable scheduled = handle;
            if (scheduled != null) {
                scheduled.cancel();
            }
        }
    }
}
