// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.wal.WriterIdentity;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What the tests of logs hand to a log. */
public final class TestLogs {
    /** The identity that tests claim with. */
    public static final WriterIdentity ME = new WriterIdentity("test", "localhost", 1, 0);

    /** Daemon threads. */
    public static final ThreadFactory DAEMONS = task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    };

    /** Meters that count nothing. */
    public static final Metrics NO_METRICS = new Metrics() {
        @Override
        public Counter counter(String name) {
            return amount -> {};
        }

        @Override
        public Timer timer(String name) {
            return duration -> {};
        }

        @Override
        public <T> void gauge(String name, T source, ToDoubleFunction<T> value) {}
    };

    /** The time of this machine. */
    public static final StreamClock REAL_TIME = new RealTime();

    private TestLogs() {}

    /** Options with the time of this machine. */
    public static LogOptions options(String name) {
        return LogOptions.defaults(name, DAEMONS, REAL_TIME, NO_METRICS);
    }

    private static final class RealTime implements StreamClock {
        private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, DAEMONS);

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            var scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }
    }
}
