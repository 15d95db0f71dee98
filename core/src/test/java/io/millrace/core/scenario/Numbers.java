// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

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

/** An input of the numbers from 0 on, appended by a thread of the receiver's own, which goes on where the ledger says. */
final class Numbers implements ReceiverProvider {
    private static final String PARTITION = "numbers";

    private final long gapNanos;
    private final AtomicLong limit = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong appended = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final long run;
    private String padding = "";

    private Numbers(Duration gap, long run) {
        this.gapNanos = gap.toNanos();
        this.run = run;
    }

    /** One number after another, with a gap between them, each acknowledged as soon as it is durable. */
    static Numbers every(Duration gap) {
        return new Numbers(gap, 1);
    }

    /** Numbers that the source takes back only {@code run} at a time: those of a run are appended even in a pause. */
    static Numbers inRunsOf(long run, Duration gap) {
        return new Numbers(gap, run);
    }

    /** Makes each record so much longer than its number. */
    Numbers padded(int by) {
        padding = " ".repeat(by);
        return this;
    }

    /** Appends no number from this one on, for now. */
    Numbers until(long end) {
        limit.set(end);
        return this;
    }

    /** How many numbers the engine took. */
    long appended() {
        return appended.get();
    }

    /** How many numbers the engine said were durable. */
    long acknowledged() {
        return acknowledged.get();
    }

    Source<Long> source() {
        return new Source<>(
                null,
                name(),
                Map.of(),
                () -> record -> Long.parseLong(record.valueUtf8().strip()),
                this);
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
        return new Appending(context);
    }

    private final class Appending implements Receiver {
        private final PluginContext plugin;
        private volatile boolean paused;
        private volatile boolean stopped;
        private @Nullable Thread thread;

        Appending(PluginContext plugin) {
            this.plugin = plugin;
        }

        @Override
        public void start(ReceiverContext context) throws Exception {
            Position known = context.positions().get(PARTITION);
            if (known == null) {
                context.begin(Map.of(PARTITION, Position.of(0)));
            }
            long first = known == null ? 0 : known.number();
            appended.set(first);
            Thread made = plugin.threads().newThread(() -> append(context, first));
            thread = made;
            made.start();
        }

        private void append(ReceiverContext context, long first) {
            int partition = context.appender().partition(PARTITION);
            long next = first;
            while (!stopped) {
                boolean inRun = next % run != 0;
                if ((!paused || inRun) && next < limit.get() && append(context, partition, next)) {
                    next++;
                    appended.set(next);
                    if (run > 1 && next % run == 0) {
                        context.appender().mark(partition, Position.of(next));
                    }
                }
                LockSupport.parkNanos(gapNanos);
            }
        }

        private boolean append(ReceiverContext context, int partition, long number) {
            ByteBuffer value = ByteBuffer.wrap((number + padding).getBytes(StandardCharsets.UTF_8));
            return run == 1
                    ? context.appender().append(partition, number, number + 1, -1, null, value, List.of())
                    : context.appender().append(partition, -1, null, value, List.of());
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
            if (position != null) {
                acknowledged.set(position.number());
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
