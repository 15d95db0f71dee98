// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.api.source.Position;
import io.millrace.api.source.Source;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A receiver of records as fast as the engine takes them: first each key once, then keys over and over. */
final class LoadProvider implements ReceiverProvider {
    private static final String PARTITION = "load";

    /** Digits of a key, at the front of each record. */
    private static final int KEY_BYTES = 8;

    private static final long PAUSE_NANOS = 100_000;

    private final int keys;
    private final long records;
    private final int recordBytes;
    private final CountDownLatch durable = new CountDownLatch(1);
    private volatile long gateAt = Long.MAX_VALUE;
    private volatile AtomicBoolean gate = new AtomicBoolean(true);

    LoadProvider(int keys, long records, int recordBytes) {
        this.keys = keys;
        this.records = records;
        this.recordBytes = recordBytes;
    }

    Source<String> source() {
        return new Source<>(
                PARTITION, name(), Map.of(), () -> record -> record.valueUtf8().substring(0, KEY_BYTES), this);
    }

    /** Hands over nothing beyond this many records until {@code open} is true. */
    void holdBackAfter(long count, AtomicBoolean open) {
        gateAt = count;
        gate = open;
    }

    /** Waits until everything is in the log. */
    void awaitDurable() throws InterruptedException {
        durable.await();
    }

    @Override
    public String name() {
        return "load";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.POSITIONS;
    }

    @Override
    public Receiver create(PluginContext context) {
        return new Load(context);
    }

    private final class Load implements Receiver {
        private final PluginContext plugin;
        private volatile boolean stopped;
        private volatile boolean paused;
        private @Nullable Thread thread;

        Load(PluginContext plugin) {
            this.plugin = plugin;
        }

        @Override
        public void start(ReceiverContext context) throws InterruptedException {
            Position known = context.positions().get(PARTITION);
            if (known == null) {
                context.begin(Map.of(PARTITION, Position.of(0)));
            }
            long first = known == null ? 0 : known.number();
            Thread appending = plugin.threads().newThread(() -> append(context, first));
            thread = appending;
            appending.start();
        }

        private void append(ReceiverContext context, long first) {
            int partition = context.appender().partition(PARTITION);
            byte[] bytes = new byte[recordBytes];
            long next = first;
            while (!stopped) {
                boolean open = next < gateAt || gate.get();
                if (paused || next >= records || !open) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    continue;
                }
                byte[] key = String.format("%08d", (next * 7_919) % keys).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(key, 0, bytes, 0, KEY_BYTES);
                if (context.appender().append(partition, next, next + 1, -1, null, ByteBuffer.wrap(bytes), List.of())) {
                    next++;
                } else {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void durable(DurableMark mark) {
            Position position = mark.positions().get(PARTITION);
            if (position != null && position.number() >= records) {
                durable.countDown();
            }
        }

        @Override
        public void stop(Duration deadline) {
            stopped = true;
            Thread appending = thread;
            if (appending != null) {
                LockSupport.unpark(appending);
                try {
                    appending.join(deadline.toMillis() + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
