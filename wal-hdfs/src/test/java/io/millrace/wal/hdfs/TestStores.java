// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** Opens stores as the engine would, on real time. */
final class TestStores implements PluginContext {
    private static final ThreadFactory THREADS = task -> {
        Thread thread = new Thread(task, "test-hdfs");
        thread.setDaemon(true);
        return thread;
    };
    private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1, THREADS);

    private final Settings settings;
    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();

    TestStores(Map<String, String> settings) {
        this.settings = HdfsWalSettings.SPEC.parse("log store 'hdfs'", settings);
    }

    /** A place of its own on a cluster. */
    static URI place(URI cluster) {
        return cluster.resolve("/test/" + UUID.randomUUID());
    }

    /** What most tests want: small segments, and little patience. */
    static Map<String, String> settings(String... more) {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "segment.size", "1MiB",
                "sync.timeout", "2s",
                "retry.timeout", "60s",
                "seal.timeout", "300s", // recoveries are begun anew after 33, 83, 129 and 197 s
                "hadoop.dfs.client.socket-timeout", "2000",
                "hadoop.ipc.client.connect.timeout", "1000",
                "hadoop.ipc.client.rpc-timeout.ms", "5000"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    static HdfsWalStore store(URI place, String... more) {
        return new TestStores(settings(more)).open(place);
    }

    HdfsWalStore open(URI place) {
        return (HdfsWalStore) new HdfsWalStoreProvider().open(place, this);
    }

    /** What a counter of the stores opened here has come to. */
    long count(String counter) {
        return counters.computeIfAbsent(counter, name -> new LongAdder()).sum();
    }

    @Override
    public String program() {
        return "test";
    }

    @Override
    public String name() {
        return "wal";
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public ThreadFactory threads() {
        return THREADS;
    }

    @Override
    public StreamClock clock() {
        return new StreamClock() {
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
                ScheduledFuture<?> scheduled = TIMER.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> scheduled.cancel(false);
            }
        };
    }

    @Override
    public Metrics metrics() {
        return new Metrics() {
            @Override
            public Counter counter(String name) {
                LongAdder sum = counters.computeIfAbsent(name, absent -> new LongAdder());
                return sum::add;
            }

            @Override
            public Timer timer(String name) {
                return duration -> {};
            }

            @Override
            public <T> void gauge(String name, T source, ToDoubleFunction<T> value) {
                // nobody looks
            }
        };
    }

    @Override
    public <T> T classLoaderSafe(Class<T> type, T target) {
        return target;
    }
}
