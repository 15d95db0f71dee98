// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.failure.Failures;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames of one writer that were written and are not acknowledged, and who sees to them: one thread at a time syncs
 * all that is there, answers in order, and looks again, so that frames that come meanwhile share the next sync. Whoever
 * waits for it and finds that it was not begun does it himself.
 */
final class FramesUnderWay {
    private static final Logger LOG = LoggerFactory.getLogger(FramesUnderWay.class);

    private final String log;
    private final Executor background;
    private final int most;
    private final Consumer<List<Pending>> sync;
    private final Runnable broken;

    private final Object monitor = new Object();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private int unanswered;
    private State state = State.IDLE;
    private boolean interrupted;

    /** Whether anybody sees to what is pending: nobody need, somebody was asked to, somebody does. */
    private enum State {
        IDLE,
        DUE,
        RUNNING
    }

    /**
     * @param most how many frames may be unanswered
     * @param sync makes frames durable and {@linkplain #answer answers} them
     * @param broken is told that nobody knows what became of the frames, before they are answered so
     */
    FramesUnderWay(String log, Executor background, int most, Consumer<List<Pending>> sync, Runnable broken) {
        this.log = log;
        this.background = background;
        this.most = most;
        this.sync = sync;
        this.broken = broken;
    }

    /** A frame was written. */
    void add(Pending frame) {
        synchronized (monitor) {
            pending.add(frame);
            unanswered++;
        }
    }

    /** Those that are not answered, in order. */
    List<Pending> all() {
        synchronized (monitor) {
            return new ArrayList<>(pending);
        }
    }

    /** Has somebody see to what was added: who is at it already, this thread, or another. */
    void see(boolean hereIfAlone) {
        boolean here;
        synchronized (monitor) {
            if (state != State.IDLE || pending.isEmpty()) {
                return;
            }
            here = hereIfAlone && pending.size() == 1;
            state = here ? State.RUNNING : State.DUE;
        }
        if (here) {
            run();
            return;
        }
        try {
            background.execute(this::runIfDue);
        } catch (RejectedExecutionException e) {
            runIfDue();
        }
    }

    /** Waits until another frame may come. */
    void awaitSlot() {
        synchronized (monitor) {
            if (unanswered < most) {
                return;
            }
        }
        await(() -> unanswered < most);
    }

    /** Waits until everything is answered. */
    void settle() {
        await(() -> unanswered == 0);
    }

    /** Whether a thread was interrupted while it waited, which it did not give in to; forgets it. */
    boolean wasInterrupted() {
        synchronized (monitor) {
            boolean was = interrupted;
            interrupted = false;
            return was;
        }
    }

    private void await(BooleanSupplier done) {
        while (true) {
            synchronized (monitor) {
                while (!done.getAsBoolean() && state != State.DUE) {
                    try {
                        monitor.wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                if (done.getAsBoolean()) {
                    return;
                }
                state = State.RUNNING;
            }
            run();
        }
    }

    private void runIfDue() {
        synchronized (monitor) {
            if (state != State.DUE) {
                return;
            }
            state = State.RUNNING;
        }
        run();
    }

    private void run() {
        try {
            List<Pending> group = next();
            while (!group.isEmpty()) {
                sync.accept(group);
                group = next();
            }
        } catch (RuntimeException | Error e) {
            giveUp(e);
            throw e;
        }
    }

    private List<Pending> next() {
        synchronized (monitor) {
            if (pending.isEmpty()) {
                state = State.IDLE;
                monitor.notifyAll();
            }
            return new ArrayList<>(pending);
        }
    }

    /** Tells the first of those pending what became of them. */
    void answer(List<Pending> group, @Nullable WalException lost) {
        synchronized (monitor) {
            for (int i = 0; i < group.size(); i++) {
                pending.remove();
            }
        }
        for (Pending answered : group) {
            try {
                if (lost == null) {
                    answered.completion.durable(answered.at);
                } else {
                    answered.completion.failed(lost);
                }
            } catch (RuntimeException | Error e) {
                Failures.error(LOG, "a completion of log '{}' failed", log, e);
            }
        }
        synchronized (monitor) {
            unanswered -= group.size();
            monitor.notifyAll();
        }
    }

    /** Something that should not be thrown. */
    private void giveUp(Throwable thrown) {
        broken.run();
        answer(
                all(),
                new WalException(Reason.INDETERMINATE, Outcome.UNKNOWN, "log '" + log + "' failed: " + thrown, thrown));
        synchronized (monitor) {
            state = State.IDLE;
            unanswered = 0;
            monitor.notifyAll();
        }
    }
}
