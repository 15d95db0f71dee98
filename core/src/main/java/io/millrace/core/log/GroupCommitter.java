// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.StreamClock;
import io.millrace.core.encryption.DataKeys;
import io.millrace.core.encryption.Link;
import io.millrace.core.encryption.Tag;
import io.millrace.core.failure.Failures;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;
import io.millrace.wal.support.FrameEncoder;
import io.millrace.wal.support.FrameHeader;
import java.time.Duration;
import java.util.Optional;
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
 * <p>Each call to {@link #step} does one thing that is due, on the committer's thread; when none is, the thread sleeps.
 * Completions come from the store on any thread, in order; they release what they hold and ring.
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

    private final String log;
    private final LogOptions options;
    private final StreamClock clock;
    private final WalWriter writer;
    private final LogMeters meters;
    private final long maxFrameBytes;
    private final long maxEntryBytes;
    private final Duration linger;
    private final @Nullable DataKeys keys;
    private final Tag identity;

    private final MpscUnboundedAtomicArrayQueue<Entry> queue = new MpscUnboundedAtomicArrayQueue<>(QUEUE_CHUNK);
    private final Answers answers;
    private final Frames frames;
    private final Status status;
    private final Doorbell doorbell = new Doorbell();
    private final Upkeep upkeep;
    private final Thread thread;

    private volatile WalPosition durableEnd;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile boolean retryDue;
    private volatile boolean lacScheduled;
    private volatile boolean lacDue;
    private volatile boolean lingerDue;

    // of the committer's thread
    private FrameEnd lastFrame;
    private @Nullable Entry held;
    private long nextSequence;
    private Duration backOff = FIRST_BACK_OFF;
    private boolean retryScheduled;
    private boolean lingering;

    /**
     * @param link what the first entry says of the log, if it is encrypted
     */
    GroupCommitter(String log, LogOptions options, WalCapabilities capabilities, WalWriter writer, Link link) {
        this.log = log;
        this.options = options;
        this.clock = options.clock();
        this.writer = writer;
        this.meters = new LogMeters(options.metrics());
        meters.torn(writer.recovery().tornBytes());
        this.maxFrameBytes = Math.min(options.maxBatchBytes(), capabilities.maxBatchBytes());
        this.maxEntryBytes = capabilities.maxBatchBytes()
                - FrameHeader.frameLength(FrameEncoder.ENTRY_OVERHEAD)
                - FrameHeader.ALIGNMENT;
        this.linger = options.urgent() ? Duration.ZERO : capabilities.linger();
        this.keys = options.encryption().newLinkedDataKeys().orElse(null);
        this.identity = link.log();
        this.lastFrame = new FrameEnd(link.previous());
        this.durableEnd = writer.recovery().end();
        this.frames = new Frames(Math.max(1, capabilities.maxInFlight()));
        this.status = new Status(options.name(), options.listener());
        this.answers = new Answers(options.name(), error -> status.poison(status.defect(error)));
        this.upkeep = new Upkeep(options, capabilities, writer, status, doorbell::ring);
        this.thread = options.threads().newThread(this);
        thread.setName("millrace-log-" + options.name());
    }

    void start() {
        thread.start();
    }

    // ---- for appenders, on any thread ----

    void append(Entry entry) {
        if (closing) {
            answers.failed(entry, status.refusal());
            return;
        }
        if (entry.length > maxEntryBytes) {
            entry.refusal = new WalException(
                    Reason.TOO_LARGE,
                    "an entry of " + entry.length + " bytes is larger than log '" + options.name()
                            + "' takes, which is " + maxEntryBytes + " bytes: make what is written there smaller");
        }
        answers.owe(entry);
        queue.offer(entry);
        doorbell.ring();
        if (ended) {
            failLeftovers();
        }
    }

    /** How many bytes encryption adds to an entry; 0 if there is none. */
    int overhead() {
        return keys == null ? 0 : keys.overhead();
    }

    Answers answers() {
        return answers;
    }

    LogState state() {
        return status.state();
    }

    Optional<String> trouble() {
        return status.trouble().or(writer::trouble);
    }

    WalPosition durableEnd() {
        return durableEnd;
    }

    void flush() throws InterruptedException {
        answers.await();
        WalException cause = status.failure();
        if (cause != null) {
            throw Status.echo(cause);
        }
    }

    /** What the store does beside appends. */
    Upkeep upkeep() {
        return upkeep;
    }

    /** Ends the thread after what is queued, and waits for it unless this is that thread. */
    void close() {
        closing = true;
        doorbell.ring();
        if (thread != Thread.currentThread()) {
            Joining.join(thread);
        }
    }

    // ---- the committer's thread ----

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            try {
                more = step();
            } catch (RuntimeException | Error e) {
                status.poison(status.defect(e));
            }
        }
        end();
    }

    /** Does one thing that is due, or sleeps; false when all is done. */
    private boolean step() {
        WalException failure = status.failure();
        if (failure != null) {
            failWaiting(Status.echo(failure));
            doorbell.await(() -> !queue.isEmpty() || frames.anyRefused() || (closing && frames.idle()));
            return !(closing && frames.idle() && !frames.anyRefused());
        }
        if (frames.anyRefused()) {
            retryRefused();
        } else {
            Batch batch = frames.hasSlot() ? collect() : null;
            if (batch != null) {
                frames.handOver();
                submit(batch);
            } else if (closing && frames.idle() && queue.isEmpty() && held == null) {
                return false;
            } else {
                watchIdle();
                doorbell.await(this::somethingIsDue);
            }
        }
        return true;
    }

    private boolean somethingIsDue() {
        boolean entries = !queue.isEmpty() || held != null;
        boolean ripe = !lingering || lingerDue || closing || answers.unacknowledgedBytes() >= maxFrameBytes;
        return status.failed()
                || frames.anyRefused()
                || (entries && ripe && frames.hasSlot())
                || (!entries && (lacDue || closing) && frames.idle());
    }

    /** Everything that waits and fits a frame; null if nothing does or it should grow a little more. */
    private @Nullable Batch collect() {
        Entry first = held != null ? held : queue.peek();
        if (first == null) {
            return witness();
        }
        lacDue = false;
        WalException refusal = first.refusal;
        if (refusal != null) {
            refuse(refusal);
            return null;
        }
        if (mustLinger()) {
            return null;
        }
        Batch batch = newBatch(0);
        try {
            fill(batch);
        } catch (RuntimeException | Error e) {
            frames.handOver();
            failed(batch, status.defect(e));
            return null;
        }
        nextSequence += batch.entries.size();
        if (keys != null && !batch.isEmpty()) {
            lastFrame = batch.follow(lastFrame);
        }
        return batch;
    }

    /** Moves entries into a frame; each is in the frame or still held, whatever is thrown. */
    private void fill(Batch batch) {
        Entry entry = take();
        while (entry != null) {
            boolean fits = batch.isEmpty() || batch.length() + entry.size() <= maxFrameBytes;
            held = entry;
            if (!fits || entry.refusal != null) {
                return;
            }
            batch.add(entry);
            held = null;
            entry = take();
        }
    }

    private @Nullable Entry take() {
        Entry entry = held != null ? held : queue.poll();
        held = null;
        return entry;
    }

    /** Answers the next entry, which cannot be appended, when it is its turn. */
    private void refuse(WalException refusal) {
        if (!frames.idle()) {
            doorbell.await(frames::idle);
            return;
        }
        Entry entry = take();
        if (entry != null) {
            answers.refuse(entry, refusal);
        }
    }

    private boolean mustLinger() {
        if (linger.isZero() || closing || lingerDue || answers.unacknowledgedBytes() >= maxFrameBytes) {
            lingering = false;
            lingerDue = false;
            return false;
        }
        if (!lingering) {
            lingering = true;
            clock.schedule(linger, () -> {
                lingerDue = true;
                doorbell.ring();
            });
        }
        return true;
    }

    /** A frame without entries that says that the last entries are durable, if it is time for one. */
    private @Nullable Batch witness() {
        if (!lacDue || !frames.idle()) {
            return null;
        }
        lacDue = false;
        return frames.witnessed() ? null : newBatch(FrameHeader.LAC_ONLY);
    }

    private void watchIdle() {
        if (lacScheduled || closing || !frames.idle() || frames.witnessed()) {
            return;
        }
        lacScheduled = true;
        long before = frames.durable();
        clock.schedule(IDLE_BEFORE_LAC, () -> {
            lacScheduled = false;
            lacDue = frames.durable() == before;
            doorbell.ring();
        });
    }

    private Batch newBatch(int flags) {
        Batch used = frames.spare();
        Batch batch = used != null ? used : new Batch(this, sealed());
        batch.reset(flags, nextSequence, clock.millis());
        return batch;
    }

    private @Nullable SealedEntries sealed() {
        return keys == null ? null : new SealedEntries(log, identity, keys, 2 * options.maxBatchBytes());
    }

    private void submit(Batch batch) {
        Thread.interrupted(); // an interrupted thread's next write would close the store's file
        try {
            batch.handedOver(clock.nanos());
        } catch (RuntimeException | Error e) {
            failed(batch, status.defect(e));
            return;
        }
        try {
            writer.append(batch, batch);
        } catch (WalException e) {
            batch.failed(e);
        } catch (RuntimeException | Error e) {
            batch.failed(status.defect(e));
        }
    }

    private void retryRefused() {
        if (!frames.idle()) {
            doorbell.await(frames::idle);
        } else if (closing) {
            // an entry behind must not become durable when this one is not
            status.fail(status.closedWhileWaiting());
        } else if (!retryScheduled) {
            retryScheduled = true;
            retryDue = false;
            clock.schedule(backOff, () -> {
                retryDue = true;
                doorbell.ring();
            });
            Duration doubled = backOff.multipliedBy(2);
            backOff = doubled.compareTo(LAST_BACK_OFF) < 0 ? doubled : LAST_BACK_OFF;
        } else if (!retryDue) {
            doorbell.await(() -> retryDue || closing);
        } else {
            retryScheduled = false;
            Batch first = frames.nextRefused();
            if (first != null) {
                first.again = true;
                submit(first);
            }
        }
    }

    private void failWaiting(WalException cause) {
        Batch batch = frames.nextRefused();
        while (batch != null) {
            finish(batch, cause);
            batch = frames.nextRefused();
        }
        Entry entry = take();
        while (entry != null) {
            answers.refuse(entry, cause);
            entry = take();
        }
    }

    /** Says in the log that it ends here in order, and lets go of the store. */
    private void end() {
        if (!status.failed() && frames.durable() > 0) {
            frames.handOver();
            submit(newBatch(FrameHeader.LAC_ONLY | FrameHeader.CLOSE));
            while (!frames.idle()) {
                doorbell.await(frames::idle);
            }
        }
        upkeep.close();
        try {
            writer.close();
        } catch (RuntimeException | Error e) {
            Failures.warn(LOG, "log '{}' was not closed in order: {}", options.name(), Failures.text(e));
        }
        status.closed();
        ended = true;
        failLeftovers();
    }

    /** Fails entries that came while the thread ended. The queue has one consumer at a time: whoever holds its monitor. */
    private void failLeftovers() {
        synchronized (queue) {
            Entry entry = queue.poll();
            while (entry != null) {
                answers.refuse(entry, status.refusal());
                entry = queue.poll();
            }
        }
    }

    // ---- completions, on any thread, in order ----

    void durable(Batch batch, WalPosition at) {
        try {
            durableEnd = at.plus(batch.length());
            if (!batch.again && frames.anyRefused()) {
                status.poison(new WalException(
                        Reason.INDETERMINATE,
                        Outcome.UNKNOWN,
                        "the store of log '" + options.name() + "' took a frame after it had refused an earlier one",
                        null));
            }
            frames.durable(batch.isEmpty());
            status.takes();
            if (batch.again) {
                backOff = FIRST_BACK_OFF;
            }
            batch.acknowledge(at, answers);
            meters.durable(batch.entries.size(), batch.length(), clock.nanos() - batch.submitted());
        } catch (RuntimeException | Error e) {
            status.poison(status.defect(e));
        }
        settle(batch);
    }

    void failed(Batch batch, WalException cause) {
        boolean mayRetry = cause.outcome() == Outcome.NOT_APPENDED
                && (cause.reason() == Reason.FULL || cause.reason() == Reason.TRANSIENT);
        if (mayRetry && batch.isEmpty()) {
            settle(batch); // nobody waits for it
        } else if (mayRetry && !status.failed()) {
            meters.refused();
            status.waitsFor(cause);
            frames.refuse(batch);
            doorbell.ring();
        } else {
            status.poison(cause);
            finish(batch, cause);
        }
    }

    private void finish(Batch batch, WalException cause) {
        for (Entry entry : batch.entries) {
            answers.failed(entry, cause);
        }
        settle(batch);
    }

    private void settle(Batch batch) {
        answers.settle(batch.entries);
        batch.release();
        frames.done(batch);
        doorbell.ring();
    }
}
