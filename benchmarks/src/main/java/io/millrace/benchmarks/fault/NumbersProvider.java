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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A receiver of numbered records, one after the other, which goes on where its position says. */
final class NumbersProvider implements ReceiverProvider {
    private static final String PARTITION = "numbers";
    private static final long WAIT_NANOS = 100_000;

    private final long records;
    private final long gapNanos;
    private final LongFunction<byte[]> content;
    private final AtomicLong appended = new AtomicLong();
    private final CountDownLatch durable = new CountDownLatch(1);
    private volatile long gateAt = Long.MAX_VALUE;
    private volatile BooleanSupplier gate = () -> true;

    /**
     * Makes one.
     *
     * @param records how many there are
     * @param gap how long it pauses after each
     * @param content what a record is
     */
    NumbersProvider(long records, Duration gap, LongFunction<byte[]> content) {
        this.records = records;
        this.gapNanos = gap.toNanos();
        this.content = content;
    }

    /** Makes one of the numbers from 0 on, as text, without an end. */
    static NumbersProvider numbers(Duration gap) {
        return new NumbersProvider(
                Long.MAX_VALUE, gap, number -> Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** The input; {@code decoder} takes a record's text. */
    <T> Source<T> source(Function<String, T> decoder) {
        return new Source<>(PARTITION, name(), Map.of(), () -> record -> decoder.apply(record.valueUtf8()), this);
    }

    /** Hands over nothing beyond this many records until {@code open} says so. */
    void holdBackAfter(long count, BooleanSupplier open) {
        gateAt = count;
        gate = open;
    }

    /** How many records the engine has taken. */
    long appended() {
        return appended.get();
    }

    /** Waits until all are in the log. */
    void awaitDurable() throws InterruptedException {
        durable.await();
    }

    @Override
    public String name() {
        return "numbers";
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
        return new Numbers(context);
    }

    private final class Numbers implements Receiver {
        private final PluginContext plugin;
        private volatile boolean paused;
        private volatile boolean stopped;
        private @Nullable Thread thread;

        Numbers(PluginContext plugin) {
            this.plugin = plugin;
        }

        @Override
        public void start(ReceiverContext context) throws InterruptedException {
            Position known = context.positions().get(PARTITION);
            if (known == null) {
                context.begin(Map.of(PARTITION, Position.of(0)));
            }
            long first = known == null ? 0 : known.number();
            appended.set(first);
            Thread appending = plugin.threads().newThread(() -> append(context, first));
            thread = appending;
            appending.start();
        }

        private void append(ReceiverContext context, long first) {
            int partition = context.appender().partition(PARTITION);
            long next = first;
            while (!stopped) {
                boolean held = paused || next >= records || (next >= gateAt && !gate.getAsBoolean());
                if (!held && append(context, partition, next)) {
                    next++;
                    appended.set(next);
                    LockSupport.parkNanos(gapNanos);
                } else {
                    LockSupport.parkNanos(WAIT_NANOS);
                }
            }
        }

        private boolean append(ReceiverContext context, int partition, long number) {
            ByteBuffer value = ByteBuffer.wrap(content.apply(number));
            return context.appender().append(partition, number, number + 1, -1, null, value, List.of());
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
