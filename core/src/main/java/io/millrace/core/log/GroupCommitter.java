// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.StreamClock;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;
import io.millrace.wal.support.FrameEncoder;
import io.millrace.wal.support.FrameHeader;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Natural group commit. Appenders put entries into a queue; one thread takes everything that is there, up to a frame's
 * limit, and hands it to the store as one frame. While the store is busy the queue grows, so the next frame is larger:
 * the slower the sync, the more entries share it, and nothing is ever held back when the store is idle (unless the
 * store charges per request and asks for a linger).
 *
 * <p>Each call to {@link #step} does one thing that is due, on the committer's thread; when none is, the thread parks
 * until somebody {@linkplain #signal signals}. Completions come from the store on any thread, in order; they release
 * what they hold and signal.
 *
 * <p>What a store refuses (no room, try again) is kept and offered again with back-off, in order: nothing else is
 * submitted meanwhile, the queue grows, and appenders see that by the unacknowledged bytes. What ends with an unknown
 * outcome poisons the log: that entry, all behind it, and all to come fail with the same cause.
 */
final class GroupCommitter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);

    private static final Duration IDLE_BEFORE_LAC = Duration.ofSeconds(1);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(20);
    private static final Duration LAST_BACK_OFF = Duration.ofSeconds(1);
    private static final int QUEUE_CHUNK = 1024;

    private final LogOptions options;
    private final StreamClock clock;
    private final WalWriter writer;
    private final LogMeters meters;
    private final int maxInFlight;
    private final long maxFrameBytes;
    private final long maxEntryBytes;
    private final Duration linger;

    private final MpscUnboundedAtomicArrayQueue<Entry> queue = new MpscUnboundedAtomicArrayQueue<>(QUEUE_CHUNK);
    private final AtomicLong unacknowledged = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final Watermark completed = new Watermark();
    private final Thresholds thresholds = new Thresholds(unacknowledged);

    private volatile boolean waiting;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile LogState state = LogState.OPEN;
    private volatile @Nullable WalException failure;
    private volatile WalPosition durableEnd;
    private volatile boolean retryDue;
    private volatile boolean lacDue;
    private volatile boolean lingerDue;
    private volatile boolean lacScheduled;
    private volatile @Nullable WalPosition trimTo;
    private volatile @Nullable Thread thread;

    /** Guards the fields down to {@link #witnessed}. */
    private final Object lock = new Object();

    private final Deque<Batch> refused = new ArrayDeque<>();
    private final Deque<Batch> spare = new ArrayDeque<>();
    private int inFlight;
    private long framesDurable;
    private boolean witnessed = true;

    // of the committer's thread
    private @Nullable Entry held;
    private long nextSequence;
    private Duration backOff = FIRST_BACK_OFF;
    private boolean retryScheduled;
    private boolean lingering;

    GroupCommitter(LogOptions options, WalCapabilities capabilities, WalWriter writer, LogMeters meters) {
        this.options = options;
        this.clock = options.clock();
        this.writer = writer;
        this.meters = meters;
        this.maxInFlight = Math.max(1, capabilities.maxInFlight());
        this.maxFrameBytes = Math.min(options.maxBatchBytes(), capabilities.maxBatchBytes());
        this.maxEntryBytes = (long) capabilities.maxBatchBytes()
                - FrameHeader.LENGTH
                - FrameEncoder.ENTRY_OVERHEAD
                - FrameHeader.ALIGNMENT;
        this.linger = capabilities.linger();
        this.durableEnd = writer.recovery().end();
    }

    // ---- appenders ----

    void append(Entry entry) {
        if (closing) {
            callFailed(entry, closed());
            return;
        }
        if (entry.length > maxEntryBytes) {
            entry.refusal = new WalException(
                    Reason.TOO_LARGE,
                    "an entry of " + entry.length + " bytes is larger than log '" + options.name()
                            + "' takes, which is " + maxEntryBytes + " bytes; make blocks smaller");
        }
        unacknowledged.addAndGet(entry.size());
        accepted.incrementAndGet();
        queue.offer(entry);
        signal();
        if (ended) {
            failLeftovers();
        }
    }

    long unacknowledgedBytes() {
        return unacknowledged.get();
    }

    void whenBelow(long bytes, Runnable once) {
        thresholds.whenBelow(bytes, once);
    }

    void flush() throws InterruptedException {
        completed.await(accepted.get());
        WalException cause = failure;
        if (cause != null) {
            throw echo(cause);
        }
    }

    void trim(WalPosition before) {
        synchronized (lock) {
            WalPosition pending = trimTo;
            if (pending == null || pending.compareTo(before) < 0) {
                trimTo = before;
            }
        }
        signal();
    }

    WalPosition durableEnd() {
        return durableEnd;
    }

    LogState state() {
        return state;
    }

    /** Ends the thread after what is queued, and waits for it unless this is that thread. */
    void close() {
        closing = true;
        signal();
        Thread committer = thread;
        if (committer == null || committer == Thread.currentThread()) {
            return;
        }
        boolean interrupted = false;
        while (committer.isAlive()) {
            try {
                committer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void start() {
        Thread committer = options.threads().newThread(this);
        committer.setName("millrace-log-" + options.name());
        thread = committer;
        committer.start();
    }

    // ---- the committer's thread ----

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            try {
                more = step();
            } catch (WalException e) {
                poison(e);
            } catch (RuntimeException | Error e) {
                poison(defect(e));
            }
        }
        end();
    }

    /** Does one thing that is due, or waits; false when all is done. */
    private boolean step() {
        WalPosition trim = trimTo;
        if (trim != null && failure == null) {
            trimNow(trim);
            return true;
        }
        if (failure != null) {
            failQueued();
            if (closing && idle()) {
                return false;
            }
            park(() -> !queue.isEmpty() || closing);
            return true;
        }
        if (hasRefused()) {
            return retryRefused();
        }
        Batch batch = hasSlot() ? collect() : null;
        if (batch != null) {
            submit(batch);
            return true;
        }
        if (closing && idle() && queue.isEmpty() && held == null) {
            return false;
        }
        watchIdle();
        park(this::somethingIsDue);
        return true;
    }

    private boolean somethingIsDue() {
        boolean work = !queue.isEmpty() || held != null;
        return failure != null
                || trimTo != null
                || hasRefused()
                || lacDue
                || (work && hasSlot() && (!lingering || lingerDue || closing || unacknowledged.get() >= maxFrameBytes))
                || (closing && idle() && !work);
    }

    /** Everything that waits and fits a frame; null if nothing does or it should grow a little more. */
    private @Nullable Batch collect() {
        Entry first = held != null ? held : queue.peek();
        if (first == null) {
            if (lacDue && idle()) {
                lacDue = false;
                return isWitnessed() ? null : newBatch(FrameHeader.LAC_ONLY);
            }
            return null;
        }
        if (first.refusal != null) {
            refuse(first);
            return null;
        }
        if (mustLinger()) {
            return null;
        }
        Batch batch = newBatch(0);
        Entry entry = take();
        while (entry != null) {
            boolean fits = batch.isEmpty() || batch.length() + entry.size() <= maxFrameBytes;
            if (!fits || entry.refusal != null) {
                held = entry;
                break;
            }
            batch.add(entry);
            entry = take();
        }
        nextSequence += batch.entries.size();
        return batch;
    }

    private @Nullable Entry take() {
        Entry entry = held != null ? held : queue.poll();
        held = null;
        return entry;
    }

    /** Answers an entry that cannot be appended, in its turn. */
    private void refuse(Entry first) {
        if (idle()) {
            take();
            finish(first, () -> callFailed(first, first.refusal));
        } else {
            held = take();
            park(this::idle);
        }
    }

    private boolean mustLinger() {
        if (linger.isZero() || closing || unacknowledged.get() >= maxFrameBytes || lingerDue) {
            lingering = false;
            lingerDue = false;
            return false;
        }
        if (!lingering) {
            lingering = true;
            clock.schedule(linger, () -> {
                lingerDue = true;
                signal();
            });
        }
        return true;
    }

    private Batch newBatch(int flags) {
        Batch batch;
        synchronized (lock) {
            batch = spare.poll();
        }
        if (batch == null) {
            batch = new Batch(this);
        }
        batch.reset(flags, nextSequence, clock.millis());
        return batch;
    }

    private void submit(Batch batch) {
        synchronized (lock) {
            inFlight++;
        }
        hand(batch);
    }

    private void hand(Batch batch) {
        batch.handedOver(clock.nanos());
        try {
            writer.append(batch, batch);
        } catch (WalException e) {
            batch.failed(e);
        } catch (RuntimeException | Error e) {
            batch.failed(defect(e));
        }
    }

    /** Something that no store should throw: nobody knows what became of the bytes. */
    private WalException defect(Throwable thrown) {
        LOG.error("log '{}' failed", options.name(), thrown);
        return new WalException(
                Reason.INDETERMINATE, Outcome.UNKNOWN, "log '" + options.name() + "' failed: " + thrown, thrown);
    }

    private boolean retryRefused() {
        if (!idle()) {
            park(this::idle);
            return true;
        }
        if (closing) {
            // an entry behind must not become durable when this one is not
            fail(new WalException(Reason.FULL, "log '" + options.name() + "' was closed while its store had no room"));
            return true;
        }
        if (!retryScheduled) {
            retryScheduled = true;
            retryDue = false;
            clock.schedule(backOff, () -> {
                retryDue = true;
                signal();
            });
            backOff = backOff.multipliedBy(2).compareTo(LAST_BACK_OFF) < 0 ? backOff.multipliedBy(2) : LAST_BACK_OFF;
        }
        if (!retryDue) {
            park(() -> retryDue || closing);
            return true;
        }
        retryScheduled = false;
        Batch first = nextRefused();
        if (first != null) {
            first.again = true;
            hand(first);
        }
        return true;
    }

    /** A last frame has nobody behind it that says it was durable, unless a frame without entries is written for that. */
    private void watchIdle() {
        if (lacScheduled || closing || !idle() || isWitnessed()) {
            return;
        }
        lacScheduled = true;
        long before = framesDurable();
        clock.schedule(IDLE_BEFORE_LAC, () -> {
            lacScheduled = false;
            lacDue = framesDurable() == before;
            signal();
        });
    }

    private void trimNow(WalPosition before) {
        synchronized (lock) {
            trimTo = null;
        }
        try {
            writer.trim(before);
        } catch (WalException e) {
            LOG.warn(
                    "log '{}' could not be trimmed before {}; the next trim frees it: {}",
                    options.name(),
                    before,
                    e.getMessage());
        }
    }

    private void failQueued() {
        WalException cause = failure;
        if (cause == null) {
            return;
        }
        failRefused(echo(cause));
        Entry entry = take();
        while (entry != null) {
            Entry failing = entry;
            finish(failing, () -> callFailed(failing, echo(cause)));
            entry = take();
        }
    }

    private void failRefused(WalException cause) {
        Batch batch = nextRefused();
        while (batch != null) {
            complete(batch, cause);
            batch = nextRefused();
        }
    }

    /** The first of those that the store refused; it counts as under way again. */
    private @Nullable Batch nextRefused() {
        synchronized (lock) {
            Batch first = refused.poll();
            if (first != null) {
                inFlight++;
            }
            return first;
        }
    }

    /** Says in the log that it ends here in order, and lets go of the store. */
    private void end() {
        if (failure == null && framesDurable() > 0) {
            Batch last = newBatch(FrameHeader.LAC_ONLY | FrameHeader.CLOSE);
            submit(last);
            while (!idle()) {
                park(this::idle);
            }
        }
        try {
            writer.close();
        } catch (WalException e) {
            LOG.warn("log '{}' was not closed in order: {}", options.name(), e.getMessage());
        }
        ended = true;
        become(LogState.CLOSED, failure);
        failLeftovers();
    }

    /** Fails entries that came while the thread ended. */
    private void failLeftovers() {
        synchronized (queue) {
            Entry entry = queue.poll();
            while (entry != null) {
                Entry failing = entry;
                finish(failing, () -> callFailed(failing, closed()));
                entry = queue.poll();
            }
        }
    }

    // ---- completions, on any thread, in order ----

    void durable(Batch batch, WalPosition at) {
        durableEnd = at.plus(batch.length());
        if (!batch.again && hasRefused()) {
            poison(new WalException(
                    Reason.INDETERMINATE,
                    Outcome.UNKNOWN,
                    "the store of log '" + options.name() + "' took a frame after it had refused an earlier one",
                    null));
        }
        meters.durable(batch.entries.size(), batch.length(), clock.nanos() - batch.submitted);
        synchronized (lock) {
            witnessed = batch.isEmpty();
            framesDurable++;
        }
        backOff = FIRST_BACK_OFF;
        if (state != LogState.OPEN && failure == null) {
            become(LogState.OPEN, null);
        }
        batch.acknowledge(at);
        settle(batch);
    }

    void failed(Batch batch, WalException cause) {
        boolean mayRetry = cause.outcome() == Outcome.NOT_APPENDED
                && (cause.reason() == Reason.FULL || cause.reason() == Reason.TRANSIENT);
        if (mayRetry && batch.isEmpty()) {
            settle(batch);
        } else if (mayRetry && failure == null) {
            meters.refused();
            become(cause.reason() == Reason.FULL ? LogState.FULL : LogState.RETRYING, cause);
            synchronized (lock) {
                if (batch.again) {
                    refused.addFirst(batch);
                } else {
                    refused.addLast(batch);
                }
                inFlight--;
            }
            signal();
        } else {
            poison(cause);
            complete(batch, cause);
        }
    }

    private void complete(Batch batch, WalException cause) {
        for (Entry entry : batch.entries) {
            callFailed(entry, cause);
        }
        settle(batch);
    }

    /** Everybody was told; lets go of the batch. */
    private void settle(Batch batch) {
        long bytes = 0;
        for (Entry entry : batch.entries) {
            bytes += entry.size();
        }
        int count = batch.entries.size();
        batch.release();
        synchronized (lock) {
            inFlight--;
            spare.push(batch);
        }
        account(bytes, count);
    }

    private void finish(Entry entry, Runnable answer) {
        answer.run();
        account(entry.size(), 1);
    }

    private void account(long bytes, int count) {
        unacknowledged.addAndGet(-bytes);
        completed.advance(count);
        thresholds.check();
        signal();
    }

    private void poison(WalException cause) {
        if (fail(cause)) {
            LOG.error("log '{}' takes no more: {}", options.name(), cause.getMessage());
        }
    }

    private boolean fail(WalException cause) {
        synchronized (lock) {
            if (failure != null) {
                return false;
            }
            failure = cause;
        }
        become(LogState.FAILED, cause);
        signal();
        return true;
    }

    private void become(LogState next, @Nullable WalException cause) {
        if (state == next) {
            return;
        }
        state = next;
        if (next == LogState.FULL || next == LogState.RETRYING) {
            LOG.warn("log '{}' waits: {}", options.name(), cause == null ? next : cause.getMessage());
        }
        try {
            options.listener().stateChanged(options.name(), next, cause);
        } catch (RuntimeException e) {
            LOG.error("the listener of log '{}' failed", options.name(), e);
        }
    }

    void callDurable(Entry entry, LogHandle handle) {
        try {
            entry.callback.durable(handle);
        } catch (RuntimeException e) {
            LOG.error("a callback of log '{}' failed", options.name(), e);
        }
    }

    private void callFailed(Entry entry, @Nullable WalException cause) {
        try {
            entry.callback.failed(cause == null ? closed() : cause);
        } catch (RuntimeException e) {
            LOG.error("a callback of log '{}' failed", options.name(), e);
        }
    }

    /** The cause for somebody whose own append never reached the store. */
    private WalException echo(WalException cause) {
        return new WalException(cause.reason(), cause.outcome(), String.valueOf(cause.getMessage()), cause);
    }

    private WalException closed() {
        return new WalException(Reason.CLOSED, "log '" + options.name() + "' is closed");
    }

    // ---- waiting ----

    private boolean idle() {
        synchronized (lock) {
            return inFlight == 0;
        }
    }

    private long framesDurable() {
        synchronized (lock) {
            return framesDurable;
        }
    }

    private boolean isWitnessed() {
        synchronized (lock) {
            return witnessed;
        }
    }

    private boolean hasSlot() {
        synchronized (lock) {
            return inFlight < maxInFlight;
        }
    }

    private boolean hasRefused() {
        synchronized (lock) {
            return !refused.isEmpty();
        }
    }

    private void signal() {
        // what was done before must be seen by whoever parks: the queue publishes without a full fence
        VarHandle.fullFence();
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    private void park(BooleanSupplier due) {
        waiting = true;
        if (!due.getAsBoolean()) {
            LockSupport.park(this);
            // nobody may interrupt this thread: a set flag would turn parking into spinning and close files
            Thread.interrupted();
        }
        waiting = false;
    }
}
