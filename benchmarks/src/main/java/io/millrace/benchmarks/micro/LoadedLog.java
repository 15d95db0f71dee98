// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.core.clock.SystemStreamClock;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.LogOptions;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.wal.local.FileWalStoreProvider;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.spi.wal.WriterIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A log that several threads append blocks to, and that is trimmed behind what is durable. */
final class LoadedLog implements AutoCloseable {
    static final int BLOCK = 64 << 10;
    private static final int UNACKNOWLEDGED = 16 << 20;
    private static final int KEPT_BLOCKS = (256 << 20) / BLOCK;
    private static final int TRIMMED_AT_ONCE = (64 << 20) / BLOCK;

    private final @Nullable Path root;
    private final int threads;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SystemStreamClock clock = new SystemStreamClock(Thread::new);
    private final EnginePluginContext context;
    private final WalStore store;
    private final CommitLog log;

    /** A log on a local disk. */
    LoadedLog(Path directory, int threads) throws IOException {
        this(directory, threads, Encryption.NONE);
    }

    /** A log on a local disk that is encrypted, or is not. */
    LoadedLog(Path directory, int threads, Encryption encryption) throws IOException {
        this(new FileWalStoreProvider(), Files.createTempDirectory(directory, "millrace-log"), threads, encryption);
    }

    private LoadedLog(WalStoreProvider provider, Path root, int threads, Encryption encryption) {
        this(provider, root.toUri(), root, Map.of(), threads, encryption);
    }

    /** A log in any store. */
    LoadedLog(WalStoreProvider provider, URI location, Map<String, String> settings, int threads) {
        this(provider, location, null, settings, threads, Encryption.NONE);
    }

    private LoadedLog(
            WalStoreProvider provider,
            URI location,
            @Nullable Path root,
            Map<String, String> settings,
            int threads,
            Encryption encryption) {
        this.root = root;
        this.threads = threads;
        this.context = new EnginePluginContext(
                "benchmark",
                "wal",
                provider.config().parse("log", settings),
                LoadedLog.class.getClassLoader(),
                clock,
                meters);
        this.store = provider.open(location, context);
        long epoch = store.claim("data", new WriterIdentity("benchmark", "localhost", 0, 0));
        MicrometerMetrics metrics = new MicrometerMetrics(meters, "benchmark", "data");
        LogOptions options =
                LogOptions.defaults("data", Thread::new, clock, metrics).withEncryption(encryption);
        this.log = CommitLog.open(store, "data", epoch, options);
    }

    /**
     * Appends blocks and waits until they are durable.
     *
     * @param mibPerSecond how fast they come at most; 0 for as fast as they are taken
     */
    LogFigures append(long bytes, double mibPerSecond) throws InterruptedException {
        int blocks = (int) (bytes / BLOCK);
        double nanosPerBlock = mibPerSecond == 0 ? 0 : 1e9 * BLOCK / (mibPerSecond * (1 << 20));
        Run run = new Run(blocks);
        long syncs = syncs();
        LogFigures.Watch watch = LogFigures.watch();
        AtomicInteger next = new AtomicInteger();
        Thread[] appending = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            appending[t] = new Thread(() -> {
                ByteBuffer block = ByteBuffer.allocate(BLOCK);
                LogFigures.fill(block);
                for (int i = next.getAndIncrement(); i < blocks; i = next.getAndIncrement()) {
                    await(watch.begunNanos() + (long) (i * nanosPerBlock));
                    run.append(i, block.duplicate());
                }
            });
            appending[t].start();
        }
        for (Thread thread : appending) {
            thread.join();
        }
        log.flush();
        return watch.figures(bytes, syncs() - syncs, run.took);
    }

    private static void await(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }

    private long syncs() {
        return count("millrace.wal.sync") + count("millrace.wal.put");
    }

    private long count(String name) {
        Timer timer = meters.find(name).timer();
        return timer == null ? 0 : timer.count();
    }

    @Override
    public void close() throws IOException {
        log.close();
        store.close();
        context.close();
        clock.close();
        if (root != null) {
            delete(root);
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The blocks of one measurement. */
    private final class Run {
        final long[] took;
        private final WalPosition[] positions;
        private final Semaphore room = new Semaphore(UNACKNOWLEDGED / BLOCK);

        Run(int blocks) {
            this.took = new long[blocks];
            this.positions = new WalPosition[blocks];
        }

        void append(int index, ByteBuffer block) {
            room.acquireUninterruptibly();
            long begun = System.nanoTime();
            AppendCallback acknowledgement = new AppendCallback() {
                @Override
                public void durable(LogHandle handle) {
                    took[index] = System.nanoTime() - begun;
                    positions[index] = handle.at();
                    room.release();
                    trimBehind(index);
                }

                @Override
                public void failed(WalException failure) {
                    room.release();
                    throw failure;
                }
            };
            log.append(1, 0, acknowledgement, block);
        }

        private void trimBehind(int index) {
            int kept = index - KEPT_BLOCKS;
            if (kept >= 0 && index % TRIMMED_AT_ONCE == 0 && positions[kept] != null) {
                log.trim(positions[kept]);
            }
        }
    }
}
