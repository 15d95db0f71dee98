// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Makes stores for tests, on the system's time. */
final class S3Stores {
    /** For tests: nothing is held back, everything is trimmed at once. */
    static final S3WalSettings EAGER = new S3WalSettings(
            8, 8 << 20, Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ZERO, 16, false);

    private static final ScheduledExecutorService TIMERS =
            new ScheduledThreadPoolExecutor(1, task -> daemon("timer", task));

    private S3Stores() {}

    static S3WalStore open(Bucket bucket, S3WalSettings settings) {
        return open(bucket, settings, clock());
    }

    static S3WalStore open(Bucket bucket, S3WalSettings settings, StreamClock clock) {
        var threads = Executors.newCachedThreadPool(task -> daemon("s3", task));
        return new S3WalStore(
                "s3://test/", new Keys(""), settings, bucket, threads, new Calls(threads, clock), new NoMetrics());
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    static StreamClock clock() {
        return new StreamClock() {
            @Override
            public long millis() {
                return Instant.now().toEpochMilli();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Cancellable schedule(Duration delay, Runnable task) {
                var scheduled = TIMERS.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> scheduled.cancel(false);
            }
        };
    }

    /** Counts nothing. */
    static final class NoMetrics implements Metrics {
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
    }
}
