// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.StreamClock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ticks at every grid time. A tick that comes late stands for those that were missed: it carries the last grid time that
 * has passed. After the clock was set back, ticks go on at its new time.
 */
public final class BatchTimer implements AutoCloseable {
    private final StreamClock clock;
    private final BatchGrid grid;
    private final LongConsumer onTick;
    private final Consumer<Throwable> onFailure;
    private StreamClock.@Nullable Cancellable scheduled;
    private boolean closed;

    /**
     * Makes a timer, which is not started.
     *
     * @param onTick takes the grid time, on the clock's thread
     * @param onFailure is told why there may be no more ticks
     */
    public BatchTimer(StreamClock clock, BatchGrid grid, LongConsumer onTick, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        this.clock = clock;
        this.grid = grid;
        this.onTick = onTick;
    }

    /** Starts ticking; returns the time of the first tick. */
    public synchronized long start() {
        return schedule(clock.millis());
    }

    private long schedule(long now) {
        long next = grid.after(now);
        scheduled = clock.schedule(Duration.ofMillis(next - now), this::tick);
        return next;
    }

    private void tick() {
        try {
            long now = clock.millis();
            long time = grid.floor(now);
            synchronized (this) {
                if (closed) {
                    return;
                }
                schedule(now);
            }
            onTick.accept(time);
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (scheduled != null) {
            scheduled.cancel();
        }
    }
}
