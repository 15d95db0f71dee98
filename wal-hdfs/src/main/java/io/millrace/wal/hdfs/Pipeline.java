// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.api.StreamClock;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the frames of one writer to HDFS. One thread, the pump, writes them to the active segment; a few others sync what it
 * has written, overlapping, and what a sync covers is acknowledged in order. When a segment fails, hangs or has too few
 * datanodes, it is abandoned where it is durable, and a new pump writes everything that is not acknowledged to a new segment,
 * whose header says where the abandoned one ends. Late news of an abandoned segment are not believed.
 *
 * <p>An earlier pump may hang in a segment that was abandoned, and read buffers that have been encoded anew since: what it
 * then writes lies behind that segment's end.
 *
 * <p>All fields that change are guarded by {@link #monitor}, which is never held during a call to HDFS.
 */
final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    /** How many frames may be unanswered; what bounds them is their size, in the caller's hands. */
    static final int MAX_IN_FLIGHT = 16;

    private static final int MAX_SYNCS = 3;
    private static final long FIRST_BACK_OFF_MILLIS = 50;
    private static final long MOST_BACK_OFF_MILLIS = 5000;

    private final HdfsWalStore store;
    private final OpenLog log;
    private final SegmentMaker segments;
    private final Answers answers;
    private final StreamClock clock;
    private final Health health;

    private final Object monitor = new Object();
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private final ArrayDeque<Pending> underWay = new ArrayDeque<>();
    private @Nullable ActiveSegment active;
    private int unanswered;
    private long generation;
    private long doubtSince;
    private boolean inDoubt;
    private boolean closing;
    private boolean ended;
    private @Nullable WalException terminal;
    private StreamClock.@Nullable Cancellable watch;

    private volatile WalPosition durableEnd;
    private volatile WalState state = WalState.OPEN;

    Pipeline(HdfsWalStore store, OpenLog log, WalPosition end, long nextSegment) {
        this.store = store;
        this.log = log;
        this.durableEnd = end;
        this.clock = store.clock();
        this.health = new Health(store.settings().replication());
        this.segments = new SegmentMaker(store, log, nextSegment, store.background());
        this.answers = new Answers(log.name(), this::answered);
    }

    /** Starts the first pump. */
    void start() {
        synchronized (monitor) {
            startPump();
        }
        watchLater();
    }

    // ---- the appender's thread ----

    void append(WalFrame frame, WalWriter.Completion completion) {
        int length = frame.length();
        int most = store.capabilities().maxBatchBytes();
        synchronized (monitor) {
            ensureOpen();
            if (length > most) {
                throw new WalException(
                        Reason.TOO_LARGE,
                        "a frame of " + length + " bytes is larger than " + most + ", which is the most");
            }
            Interrupts.await(monitor, () -> unanswered < MAX_IN_FLIGHT || closing);
            ensureOpen();
            Pending pending = new Pending(frame, completion, length, clock.nanos());
            unanswered++;
            if (terminal == null) {
                waiting.add(pending);
                monitor.notifyAll();
            } else {
                answers.failed(
                        pending, new WalException(terminal.reason(), String.valueOf(terminal.getMessage()), terminal));
            }
        }
        answers.give();
    }

    // ---- the pump's thread ----

    private void startPump() {
        long mine = generation;
        store.background().execute(() -> {
            try {
                pump(mine);
            } catch (RuntimeException | Error e) {
                end(WalState.FAILED, unknown("an unexpected failure: " + e, e));
            }
        });
    }

    private void pump(long mine) {
        while (true) {
            Pending next;
            ActiveSegment segment;
            ActiveSegment full = null;
            synchronized (monitor) {
                Interrupts.await(monitor, () -> generation != mine || ended || !waiting.isEmpty());
                if (generation != mine || waiting.isEmpty()) {
                    return;
                }
                next = waiting.getFirst();
                segment = active;
                if (segment != null && !segment.takes(next.length)) {
                    Interrupts.await(
                            monitor,
                            () -> generation != mine || underWay.isEmpty()); // a segment ends where it is durable
                    if (generation != mine) {
                        return;
                    }
                    full = segment;
                    segment = null;
                    active = null;
                }
            }
            if (full != null) {
                segments.finish(full);
            }
            if (segment == null) {
                begin(mine, next.length);
            } else {
                write(mine, segment, next);
            }
        }
    }

    private void begin(long mine, int length) {
        ActiveSegment made;
        int replicas;
        try {
            made = segments.begin(length);
            replicas = made.replicas();
        } catch (IOException e) {
            beginFailed(mine, HdfsErrors.of("create a segment of log", log.name(), e));
            return;
        } catch (WalException e) {
            beginFailed(mine, store.hdfs().afterLogin(e));
            return;
        }
        synchronized (monitor) {
            if (generation == mine) {
                active = made;
                health.begun(replicas, clock.nanos());
                return;
            }
        }
        segments.dispose(made);
    }

    /** No segment could be made. What was never written is refused; what may be in the log has to get into it. */
    private void beginFailed(long mine, WalException failure) {
        if (failure.reason() == Reason.FENCED) {
            end(WalState.FENCED, failure);
            return;
        }
        WalException lost = null;
        synchronized (monitor) {
            if (generation != mine) {
                return;
            }
            if (!inDoubt) {
                waiting.forEach(refused -> answers.failed(refused, failure));
                waiting.clear();
            } else if (clock.nanos() - doubtSince
                    > store.settings().retryTimeout().toNanos()) {
                lost = unknown(HdfsErrors.reason(failure), failure);
            } else {
                backOff(mine);
            }
        }
        if (lost != null) {
            end(WalState.FAILED, lost);
        }
        answers.give();
    }

    private void backOff(long mine) {
        long elapsed = Duration.ofNanos(clock.nanos() - doubtSince).toMillis();
        long millis = Math.min(MOST_BACK_OFF_MILLIS, Math.max(FIRST_BACK_OFF_MILLIS, elapsed / 4));
        boolean[] over = {false};
        clock.schedule(Duration.ofMillis(millis), () -> {
            synchronized (monitor) {
                over[0] = true;
                monitor.notifyAll();
            }
        });
        Interrupts.await(monitor, () -> over[0] || generation != mine);
    }

    private void write(long mine, ActiveSegment segment, Pending next) {
        ByteBuffer[] bytes;
        synchronized (monitor) {
            if (generation != mine) {
                return;
            }
            next.at = segment.at(segment.written);
            next.written = true;
            segment.writingSince = clock.nanos();
            bytes = next.frame.encode(next.at);
        }
        try {
            segment.write(bytes);
        } catch (IOException e) {
            abandon(segment, e);
            return;
        }
        synchronized (monitor) {
            segment.writingSince = 0;
            if (generation == mine) {
                underWay.add(waiting.removeFirst());
                segment.written += next.length;
                startSync(segment);
            }
        }
    }

    // ---- the threads that sync ----

    private void startSync(ActiveSegment segment) {
        if (segment.syncing < MAX_SYNCS && segment.covered < segment.written) {
            segment.syncing++;
            store.background().execute(() -> sync(segment));
        }
    }

    private void sync(ActiveSegment segment) {
        while (true) {
            long to;
            long begun = clock.nanos();
            synchronized (monitor) {
                if (active != segment || segment.covered >= segment.written) {
                    segment.syncing--;
                    return;
                }
                to = segment.written;
                segment.covered = to;
                segment.syncs.merge(begun, 1, Integer::sum);
            }
            int replicas;
            try {
                segment.sync();
                replicas = segment.replicas();
                segments.ensureReplicas(replicas, segment.indexed().path());
            } catch (IOException e) {
                abandon(segment, e);
                return;
            }
            long took = clock.nanos() - begun;
            store.meters().synced(took);
            durable(segment, to, begun, took, replicas);
        }
    }

    private void durable(ActiveSegment segment, long to, long begun, long took, int replicas) {
        synchronized (monitor) {
            segment.syncs.computeIfPresent(begun, (at, count) -> count == 1 ? null : count - 1);
            if (active != segment) {
                return; // its frames are on their way into another one
            }
            Pending covered = underWay.peekFirst();
            while (covered != null && covered.at.offset() + covered.length <= to) {
                answers.durable(underWay.removeFirst());
                covered = underWay.peekFirst();
            }
            if (to > segment.indexed().end()) {
                segment.indexed().extend(to);
                durableEnd = segment.at(to);
            }
            inDoubt = false;
            segment.rollDue |= health.ailing(took, replicas, clock.nanos());
            monitor.notifyAll();
        }
        answers.give();
    }

    /** Has everything that is not durable written to another segment. */
    private void abandon(ActiveSegment segment, IOException cause) {
        synchronized (monitor) {
            if (active != segment) {
                return;
            }
            active = null;
            generation++;
            List<Pending> again = new ArrayList<>(underWay);
            again.addAll(waiting);
            underWay.clear();
            waiting.clear();
            waiting.addAll(again);
            if (!inDoubt && again.stream().anyMatch(frame -> frame.written)) {
                inDoubt = true;
                doubtSince = clock.nanos();
            }
            segments.dispose(segment);
            startPump();
            monitor.notifyAll();
        }
        store.meters().retried();
        LOG.warn(
                "cannot append to {}: {}; going on in a new segment",
                segment.indexed().path(),
                HdfsErrors.reason(cause));
    }

    private WalException unknown(String reason, Throwable cause) {
        return new WalException(
                Reason.INDETERMINATE,
                Outcome.UNKNOWN,
                "log '" + log.name() + "' in " + store + " fails (" + reason
                        + "); check the cluster, then start the program again: what was not acknowledged is decided then",
                cause);
    }

    /** Nothing is ever acknowledged again; what is on its way may be in the log. */
    private void end(WalState as, WalException failure) {
        synchronized (monitor) {
            if (terminal == null) {
                terminal = failure;
                state = state == WalState.CLOSED ? WalState.CLOSED : as;
            }
            generation++;
            WalException unknown = Answers.unknown(failure);
            underWay.forEach(frame -> answers.failed(frame, unknown));
            waiting.forEach(frame -> answers.failed(frame, unknown));
            underWay.clear();
            waiting.clear();
            if (active != null) {
                segments.release(active);
                active = null;
            }
            monitor.notifyAll();
        }
        LOG.error("{}", failure.getMessage());
        answers.give();
    }

    private void answered(Pending frame) {
        store.meters().appended(frame.length, clock.nanos() - frame.begunNanos);
        synchronized (monitor) {
            unanswered--;
            monitor.notifyAll();
        }
    }

    // ---- the watch over writes and syncs that hang ----

    private void watchLater() {
        Duration period = store.settings().syncTimeout().dividedBy(4);
        synchronized (monitor) {
            if (!ended && terminal == null) {
                watch = clock.schedule(period, () -> store.background().execute(this::watch));
            }
        }
    }

    private void watch() {
        ActiveSegment segment;
        long oldest;
        synchronized (monitor) {
            segment = active;
            oldest = segment == null || segment.syncs.isEmpty() ? 0 : segment.syncs.firstKey();
            long writing = segment == null ? 0 : segment.writingSince;
            oldest = oldest == 0 || (writing != 0 && writing < oldest) ? writing : oldest;
        }
        Duration since = oldest == 0 ? Duration.ZERO : Duration.ofNanos(clock.nanos() - oldest);
        if (segment != null && since.compareTo(store.settings().syncTimeout()) > 0) {
            abandon(segment, new IOException("no answer for " + since.toMillis() + " ms"));
        }
        watchLater();
    }

    // ---- the rest ----

    WalPosition durableEnd() {
        return durableEnd;
    }

    /** Where the next append will go. */
    WalPosition end() {
        synchronized (monitor) {
            long coming = waiting.stream().mapToLong(frame -> frame.length).sum();
            ActiveSegment segment = active;
            return segment == null ? new WalPosition(segments.next(), coming) : segment.at(segment.written + coming);
        }
    }

    /** Has the next append begin a new segment, once everything before it is answered. */
    void roll() {
        ActiveSegment full = null;
        synchronized (monitor) {
            ensureOpen();
            Interrupts.await(monitor, () -> unanswered == 0);
            if (active != null && active.written > 0) {
                full = active;
                active = null;
            }
        }
        if (full != null) {
            segments.finish(full);
        }
    }

    /** A higher epoch exists. */
    void fence(WalException failure) {
        end(WalState.FENCED, failure);
    }

    WalState state() {
        return state;
    }

    int inFlight() {
        synchronized (monitor) {
            return unanswered;
        }
    }

    /** Answers everything, then lets go of the segment; whether it was not closed before. */
    boolean close() {
        synchronized (monitor) {
            if (closing) {
                return false;
            }
            closing = true;
            state = WalState.CLOSED;
            monitor.notifyAll();
            Interrupts.await(monitor, () -> unanswered == 0);
        }
        stop();
        segments.awaitClosings();
        return true;
    }

    /** Ends as the death of the process would end it. */
    void die() {
        synchronized (monitor) {
            closing = true;
            state = WalState.CLOSED;
            generation++;
            active = null;
        }
        stop();
    }

    private void stop() {
        ActiveSegment last;
        synchronized (monitor) {
            ended = true;
            last = active;
            active = null;
            if (watch != null) {
                watch.cancel();
            }
            monitor.notifyAll();
        }
        if (last != null) {
            segments.finish(last);
        }
    }

    void ensureOpen() {
        synchronized (monitor) {
            if (closing) {
                throw new WalException(Reason.CLOSED, "the writer of log '" + log.name() + "' is closed");
            }
        }
    }
}
