// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;
import io.millrace.wal.support.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The entries of one frame, from the time they leave the queue until the store has answered. Used again and again. */
final class Batch implements WalFrame, WalWriter.Completion {
    private final GroupCommitter committer;
    private final FrameEncoder encoder = new FrameEncoder();
    private final @Nullable SealedEntries sealed;

    final List<Entry> entries = new ArrayList<>();

    /** Where the frame before it ends, and this one, if they are encrypted; a frame's is not used again. */
    private @Nullable FrameEnd before;

    private @Nullable FrameEnd end;
    private int flags;
    private long firstSequence;
    private long writtenMillis;

    /** Whether the store refused it before. */
    boolean again;

    /** Whether the store has answered since it was handed over; a second answer is ignored. */
    private final AtomicBoolean answered = new AtomicBoolean(true);

    private long submitted;

    /**
     * A frame.
     *
     * @param sealed encrypts its entries; null if they are not to be
     */
    Batch(GroupCommitter committer, @Nullable SealedEntries sealed) {
        this.committer = committer;
        this.sealed = sealed;
    }

    void reset(int frameFlags, long sequence, long millis) {
        entries.clear();
        encoder.clear();
        flags = frameFlags;
        firstSequence = sequence;
        writtenMillis = millis;
        again = false;
        before = null;
        end = null;
    }

    void add(Entry entry) {
        if (sealed == null) {
            encoder.add(entry.type, entry.stream, entry.length, entry.crc, entry.payload);
        } else {
            encoder.add(entry.type, entry.stream, entry.length, 0); // its bytes follow from where the frame goes
        }
        entries.add(entry);
    }

    /** Says which frame with entries it follows; returns what the next one follows. */
    FrameEnd follow(FrameEnd previous) {
        before = previous;
        end = new FrameEnd(previous.tag());
        return end;
    }

    /** Drops what it held, so that a batch waiting for its next use keeps no block alive. */
    void release() {
        entries.clear();
        encoder.clear();
        if (sealed != null) {
            sealed.release();
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public int length() {
        return (int) encoder.frameLength();
    }

    @Override
    public ByteBuffer[] encode(WalPosition at) {
        if (sealed != null && before != null && end != null) {
            end.set(sealed.encode(entries, at, before.tag(), encoder));
        }
        WalPosition durable = committer.durableEnd();
        long durableUpTo = durable.segment() == at.segment() ? durable.offset() : 0;
        return encoder.encode(flags, at.segment(), at.offset(), durableUpTo, firstSequence, writtenMillis);
    }

    /** When it was handed to the store, in nanoseconds of the clock. */
    long submitted() {
        return submitted;
    }

    /** The store gets it now. */
    void handedOver(long nanos) {
        submitted = nanos;
        answered.set(false);
    }

    @Override
    public void durable(WalPosition at) {
        if (answered.compareAndSet(false, true)) {
            committer.durable(this, at);
        }
    }

    @Override
    public void failed(WalException failure) {
        if (answered.compareAndSet(false, true)) {
            committer.failed(this, failure);
        }
    }

    /** Tells the appenders where their entries are. */
    void acknowledge(WalPosition at, Answers answers) {
        WalPosition payload = at.plus(encoder.payloadStart());
        for (Entry entry : entries) {
            answers.durable(entry, new LogHandle(payload, entry.length, entry.crc));
            payload = payload.plus(entry.length);
        }
    }
}
