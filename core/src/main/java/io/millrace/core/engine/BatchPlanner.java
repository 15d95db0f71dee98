// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.source.OffsetRange;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.watch.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Decides which grid times get a batch, and what it reads. A block of a receiver enters no batch whose time is before the
 * block's arrival. It is not known when a range of a direct stream arrived: after a downtime it enters no batch whose time is
 * before the start. Used by the engine's thread.
 */
final class BatchPlanner {
    /** With a longer interval, ranges that wait at a start are left for the next tick, with what comes until then. */
    private static final long LONGEST_AHEAD = 10_000;

    private static final String SUBJECT = "receivers";

    private final Program program;
    private final Ledger ledger;
    private final Inputs inputs;
    private final OutputRunner outputs;
    private final ListenerBus listeners;
    private final Conditions conditions;
    private final Taker taker;
    private final ClockWatch clock;
    private final BatchGrid grid;
    private final BatchTimes times;
    private long startedAt = Long.MAX_VALUE;
    private long lastWithInput;
    private boolean firstOfStart = true;
    private int missedTicks;
    private boolean planning;
    /** Up to which time there are to be batches though the clock has not come so far. */
    private long ahead = Long.MIN_VALUE;
    /** The time before it of a batch that reads few records of direct streams. */
    private long small = Long.MIN_VALUE;
    /** The last batch before a graceful stop. */
    private long drainTo = Long.MIN_VALUE;

    private boolean draining;

    BatchPlanner(
            Program program,
            Ledger ledger,
            Inputs inputs,
            OutputRunner outputs,
            ListenerBus listeners,
            Conditions conditions,
            Taker taker) {
        this.program = program;
        this.ledger = ledger;
        this.inputs = inputs;
        this.outputs = outputs;
        this.listeners = listeners;
        this.conditions = conditions;
        this.taker = taker;
        this.clock = new ClockWatch(program, listeners);
        this.grid = new BatchGrid(program.interval().toMillis());
        this.times = new BatchTimes(
                grid,
                BatchTimes.windows(program.graph().nodes()),
                program.settings().get(EngineOptions.BATCH_MISSED_TICKS) == EngineOptions.MissedTicks.RUN);
    }

    /** Who runs what is planned. */
    interface Taker {
        /** Whether another batch may be planned now. */
        boolean hasRoom();

        /** Makes it a fact. */
        void take(BatchPlanned plan);
    }

    /**
     * Takes ticks from now on. What waits already, in the log or at a direct source, makes batches at once, so that a start
     * after a downtime does not wait for the next tick. Blocks go under the grid times that have passed. Ranges go under the next one,
     * whose tick then plans nothing: what comes until then waits for the tick after it. If a direct source has much, a small
     * batch goes first, which is committed while code is still cold and the large one is computed, under the time after it.
     *
     * @param idle whether no batch is to be run again
     */
    void start(boolean idle) {
        startedAt = program.clock().millis();
        planning = true;
        inputs.noteBacklog();
        lastWithInput = lastPlanned();
        long passed = grid.floor(startedAt);
        if (!idle || passed <= lastPlanned()) {
            return;
        }
        if (!inputs.blocks(passed, startedAt + grid.interval()).isEmpty()) {
            planTo(passed);
        }
        if (grid.interval() <= LONGEST_AHEAD && inputs.rangesWait()) {
            ahead = passed == startedAt && passed > lastPlanned() ? passed : grid.after(startedAt);
            if (inputs.moreThanFirstWaits()) {
                small = ahead;
                ahead = grid.after(ahead);
            }
            planTo(ahead);
        }
    }

    /** A grid time has come. */
    void tick(long time) {
        if (!planning) {
            return;
        }
        if (!taker.hasRoom()) {
            missedTicks++;
        } else {
            planTo(time);
        }
    }

    /** There may be room for what had none. */
    void goOn() {
        if (draining) {
            drainOn();
        } else if (planning && lastPlanned() < ahead) {
            planTo(ahead);
        } else if (missedTicks > 0 && planning && taker.hasRoom()) {
            planTo(grid.floor(program.clock().millis()));
        }
    }

    /** Takes no more ticks. */
    void stop() {
        planning = false;
    }

    /**
     * Takes no more ticks, and plans everything that waits in the log, under the next grid time and, if that is too much for
     * a batch, under those after it, without waiting for them.
     */
    void drain() {
        planning = false;
        draining = true;
        drainOn();
    }

    private void drainOn() {
        if (lastPlanned() >= drainTo && inputs.blocksWait()) {
            long last = lastPlanned();
            drainTo = Math.max(grid.after(program.clock().millis()), last == Long.MIN_VALUE ? last : grid.after(last));
        }
        if (lastPlanned() < drainTo) {
            planTo(drainTo);
        }
    }

    /** Whether everything is planned that {@link #drain} was to plan. */
    boolean drained() {
        return lastPlanned() >= drainTo && !(draining && inputs.blocksWait());
    }

    /** Plans a batch for this time, and before it those that must not be left out, as far as there is room. */
    private void planTo(long target) {
        clock.check(target, lastPlanned());
        while (lastPlanned() < target) {
            if (!taker.hasRoom()) {
                missedTicks += target == ahead || target == drainTo ? 0 : 1;
                return;
            }
            long last = lastPlanned();
            long time = times.next(last, lastWithInput, inputs.firstArrival(), last < small ? small : divided(target));
            long skipped = last == Long.MIN_VALUE ? 0 : (time - last) / grid.interval() - 1;
            if (missedTicks > 0 && skipped > 0) {
                int coalesced = (int) Math.min(missedTicks, skipped);
                listeners.post(new StreamingEvent.TicksCoalesced(now(), coalesced, Instant.ofEpochMilli(time)));
            }
            plan(time);
        }
        missedTicks = 0;
        tellOfLimit(target);
    }

    private void tellOfLimit(long target) {
        long left = inputs.batches(target);
        if (left > 0) {
            conditions.raise(
                    Conditions.BATCH_LIMIT,
                    SUBJECT,
                    Duration.ZERO,
                    "more waits in the log than batches take: what has arrived is enough for " + left
                            + " more, and receivers are held back once "
                            + EngineOptions.MAX_BACKLOG.key() + " is reached; a batch takes at most "
                            + EngineOptions.BATCH_MAX_BYTES.key()
                            + ", raise it if the heap has room, or lower the batch"
                            + " interval");
        } else {
            conditions.clear(Conditions.BATCH_LIMIT, SUBJECT);
        }
    }

    /**
     * Where more waits than one batch takes, the first of as many times up to the target as it needs, if they are not
     * planned yet, and something had arrived by then.
     */
    private long divided(long target) {
        long batches = inputs.batches(target);
        if (batches <= 1) {
            return target;
        }
        long first = target - Math.min(batches - 1, target / grid.interval()) * grid.interval();
        if (lastPlanned() != Long.MIN_VALUE) {
            first = Math.max(first, grid.after(lastPlanned()));
        }
        long arrival = inputs.firstArrival();
        if (arrival == Long.MAX_VALUE) {
            return first; // no arrival is known
        }
        return arrival >= target ? target : Math.min(target, Math.max(first, grid.ceil(arrival)));
    }

    private void plan(long batchTime) {
        long pause = pause(batchTime);
        List<Long> blocks = batchTime == drainTo
                ? inputs.blocks(Long.MAX_VALUE, Long.MAX_VALUE)
                : inputs.blocks(batchTime, program.clock().millis() + grid.interval());
        Map<String, List<OffsetRange>> ranges =
                beforeStart(batchTime) ? Map.of() : batchTime == small ? inputs.firstRanges() : inputs.ranges();
        if (!blocks.isEmpty() || !ranges.isEmpty()) {
            lastWithInput = batchTime;
        }
        taker.take(new BatchPlanned(
                batchTime,
                blocks,
                ranges,
                outputs.names(batchTime),
                program.clock().millis(),
                pause));
    }

    /** Whether what a direct source has now came after this batch time: it had nothing when a start looked at that time. */
    private boolean beforeStart(long batchTime) {
        boolean planned = batchTime == ahead || batchTime == small;
        return batchTime < startedAt || (batchTime == startedAt && !planned);
    }

    /** By how much less than batch time what is idle ages up to a batch that is planned now. */
    private long pause(long batchTime) {
        long last = lastPlanned();
        boolean first = firstOfStart;
        firstOfStart = false;
        if (first) {
            return downtime(last, batchTime);
        }
        long down = Math.max(0, Math.min(batchTime, grid.floor(startedAt)) - last);
        return inputs.backlogLeft() ? batchTime - last : down;
    }

    /** The time between two batches in which there could have been others. */
    long downtime(long last, long batchTime) {
        return last == Long.MIN_VALUE ? 0 : Math.max(0, batchTime - last - grid.interval());
    }

    private long lastPlanned() {
        return ledger.state().lastPlanned();
    }

    private Instant now() {
        return Instant.ofEpochMilli(program.clock().millis());
    }
}
