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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A receiver of the numbers from 0 on, one record each, which goes on where its position says. */
final class NumbersProvider implements ReceiverProvider {
    private static final String PARTITION = "numbers";

    private final long gapNanos;
    private final AtomicLong appended = new AtomicLong();

    /** Makes one that pauses after each number. */
    NumbersProvider(Duration gap) {
        this.gapNanos = gap.toNanos();
    }

    Source<Long> source() {
        return new Source<>(PARTITION, name(), Map.of(), () -> record -> Long.parseLong(record.valueUtf8()), this);
    }

    /** How many numbers the engine has taken. */
    long appended() {
        return appended.get();
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
                ByteBuffer value = ByteBuffer.wrap(Long.toString(next).getBytes(StandardCharsets.UTF_8));
                if (!paused && context.appender().append(partition, next, next + 1, -1, null, value, List.of())) {
                    next++;
                    appended.set(next);
                }
                LockSupport.parkNanos(gapNanos);
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
            // nobody waits for it
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
