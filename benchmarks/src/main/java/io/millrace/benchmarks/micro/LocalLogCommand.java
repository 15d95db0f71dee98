// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.core.clock.SystemStreamClock;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.LogOptions;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.wal.local.FileWalStoreProvider;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WriterIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the local log makes of a disk, beside a bare file that is written and synced. */
@Command(
        name = "local-log",
        description = "Measures the local log with blocks from several threads, beside a bare file on the same disk.",
        mixinStandardHelpOptions = true)
public final class LocalLogCommand implements Callable<Integer> {
    private static final int BLOCK = 64 << 10;
    private static final int UNACKNOWLEDGED = 16 << 20;
    private static final int[] BARE_BATCHES = {BLOCK, 1 << 20, 4 << 20};

    @Option(names = "--directory", description = "Where to write; the temporary directory unless given.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));

    @Option(
            names = "--mib",
            defaultValue = "512",
            description = "How much a round writes, default ${DEFAULT-VALUE} MiB.")
    private int mib = 512;

    @Option(names = "--threads", defaultValue = "4", description = "Who append, default ${DEFAULT-VALUE}.")
    private int threads = 4;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "How often each is measured, default ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.printf("%-24s %10s %12s %12s %12s%n", "what", "MiB/s", "syncs/MiB", "ack p50", "ack p99");
        for (int round = 0; round < rounds; round++) {
            for (int batch : BARE_BATCHES) {
                bare(batch);
            }
            log();
        }
        return 0;
    }

    private void bare(int batch) throws IOException {
        Path file = Files.createTempFile(directory, "millrace-bare", ".dat");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long total = (long) mib << 20;
            ByteBuffer bytes = ByteBuffer.allocateDirect(batch);
            for (long at = 0; at < total; at += batch) {
                channel.write(bytes.clear(), at);
            }
            channel.force(true);
            fill(bytes);
            long[] took = new long[(int) (total / batch)];
            long begun = System.nanoTime();
            for (int i = 0; i < took.length; i++) {
                long before = System.nanoTime();
                channel.write(bytes.clear(), (long) i * batch);
                channel.force(false);
                took[i] = System.nanoTime() - before;
            }
            report("bare file, " + (batch >> 10) + " KiB", System.nanoTime() - begun, took.length, took);
        } finally {
            Files.delete(file);
        }
    }

    private void log() throws IOException, InterruptedException {
        Path root = Files.createTempDirectory(directory, "millrace-log");
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        FileWalStoreProvider provider = new FileWalStoreProvider();
        try (SystemStreamClock clock = new SystemStreamClock(Thread::new);
                EnginePluginContext context = new EnginePluginContext(
                        "benchmark",
                        "wal",
                        provider.config().parse("log", Map.of()),
                        LocalLogCommand.class.getClassLoader(),
                        clock,
                        meters);
                WalStore store = provider.open(root.toUri(), context)) {
            long epoch = store.claim("data", new WriterIdentity("benchmark", "localhost", 0, 0));
            MicrometerMetrics metrics = new MicrometerMetrics(meters, "benchmark", "data");
            try (CommitLog log =
                    CommitLog.open(store, "data", epoch, LogOptions.defaults("data", Thread::new, clock, metrics))) {
                append(log, meters);
            }
        } finally {
            delete(root);
        }
    }

    private void append(CommitLog log, SimpleMeterRegistry meters) throws InterruptedException {
        int blocks = (int) (((long) mib << 20) / BLOCK);
        long[] took = new long[blocks];
        AtomicInteger next = new AtomicInteger();
        Semaphore room = new Semaphore(UNACKNOWLEDGED / BLOCK);
        long begun = System.nanoTime();
        Thread[] appending = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            appending[t] = new Thread(() -> {
                ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
                fill(bytes);
                for (int i = next.getAndIncrement(); i < blocks; i = next.getAndIncrement()) {
                    room.acquireUninterruptibly();
                    log.append(
                            1,
                            0,
                            new Acknowledgement(took, i, room),
                            bytes.duplicate().clear());
                }
            });
            appending[t].start();
        }
        for (Thread thread : appending) {
            thread.join();
        }
        log.flush();
        long nanos = System.nanoTime() - begun;
        Timer syncs = meters.find("millrace.log.sync").timer();
        report("log, 64 KiB blocks", nanos, syncs == null ? 0 : syncs.count(), took);
    }

    private void report(String what, long nanos, long syncs, long[] took) {
        Arrays.sort(took);
        System.out.printf(
                Locale.ROOT,
                "%-24s %10.1f %12.2f %9.2f ms %9.2f ms%n",
                what,
                mib / (nanos / 1e9),
                (double) syncs / mib,
                took[took.length / 2] / 1e6,
                took[(int) (took.length * 0.99)] / 1e6);
    }

    private static void fill(ByteBuffer bytes) {
        bytes.clear();
        while (bytes.hasRemaining()) {
            bytes.put((byte) (bytes.position() * 31));
        }
        bytes.clear();
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class Acknowledgement implements AppendCallback {
        private final long[] took;
        private final int index;
        private final Semaphore room;
        private final long begun = System.nanoTime();

        Acknowledgement(long[] took, int index, Semaphore room) {
            this.took = took;
            this.index = index;
            this.room = room;
        }

        @Override
        public void durable(LogHandle handle) {
            took[index] = System.nanoTime() - begun;
            room.release();
        }

        @Override
        public void failed(WalException failure) {
            room.release();
            throw failure;
        }
    }
}
