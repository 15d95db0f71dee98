// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.encryption.Link;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A durable log of entries with one writer: appended to by any number of threads in group commits, replayed once after
 * opening, read at any place at any time. All methods may be called from any thread.
 */
public final class CommitLog implements AutoCloseable {
    private final WalWriter writer;
    private final WalReader reader;
    private final LogReplay replay;
    private final GroupCommitter committer;

    private CommitLog(WalWriter writer, WalReader reader, LogReplay replay, GroupCommitter committer) {
        this.writer = writer;
        this.reader = reader;
        this.replay = replay;
        this.committer = committer;
    }

    /**
     * Opens a log, which seals what earlier epochs left in it, and starts its thread.
     *
     * @param log the log's name in the store
     * @param epoch what the store's {@code claim} returned
     */
    public static CommitLog open(WalStore store, String log, long epoch, LogOptions options) {
        WalWriter writer = store.open(log, epoch);
        try {
            WalReader reader = store.reader(log);
            LogReplay replay = new LogReplay(log, store.toString(), reader, writer.recovery(), options.encryption());
            Link link = options.encryption().encrypts() ? replay.next() : Chain.NONE;
            GroupCommitter committer = new GroupCommitter(log, options, store.capabilities(), writer, link);
            CommitLog opened = new CommitLog(writer, reader, replay, committer);
            options.metrics().gauge("millrace.log.unacknowledged", opened, CommitLog::unacknowledgedBytes);
            committer.start();
            return opened;
        } catch (RuntimeException | Error e) {
            writer.close();
            throw e;
        }
    }

    /** What opening found. */
    public WalRecovery recovery() {
        return writer.recovery();
    }

    /** How many bytes {@link #replay} reads from the beginning. */
    public long replayBytes() {
        return replay.bytes();
    }

    /** How many of these come before a place in what the log held when it was opened. */
    public long replayBytesBefore(WalPosition at) {
        return replay.bytesBefore(at);
    }

    /** What the store says of appends that it does not take at present and that are tried again; empty if it takes them. */
    public Optional<String> trouble() {
        return committer.trouble();
    }

    /** What becomes of an append at present. */
    public LogState state() {
        return committer.state();
    }

    /**
     * Appends an entry. Never blocks and never throws on behalf of the store: the callback is told everything, in the
     * order of the appends. Whoever appends much watches {@link #unacknowledgedBytes}.
     *
     * @param type what it is; the log does not care
     * @param stream what it belongs to; the log does not care
     * @param payload the entry's bytes, from each buffer's position to its limit; neither positions nor contents change
     *     before the callback is called
     */
    public void append(int type, int stream, AppendCallback callback, ByteBuffer... payload) {
        committer.append(new Entry(type, stream, committer.overhead(), callback, payload));
    }

    /** How many bytes were appended and not yet answered. */
    public long unacknowledgedBytes() {
        return committer.answers().unacknowledgedBytes();
    }

    /** Runs {@code once} as soon as at most {@code bytes} are unacknowledged: now, or on a thread of the log. */
    public void whenBelow(long bytes, Runnable once) {
        committer.answers().whenBelow(bytes, once);
    }

    /**
     * Shows the entries that the log held when it was opened, in order, from the first whose payload begins at
     * {@code from} or behind it.
     *
     * @return whether the first entry says that there was one before it, which is gone; only one that is encrypted does
     * @throws WalException {@code CORRUPT}, naming segment and offset, if it does not hold what was written;
     *     {@code TRIMMED} if {@code from} is neither {@link WalPosition#START} nor in the log any more
     */
    public boolean replay(WalPosition from, EntryVisitor visitor) {
        return replay.replay(from, visitor);
    }

    /**
     * Reads one entry's payload.
     *
     * @param type what it was appended as
     * @throws WalException {@code CORRUPT} if it is not what was written; {@code TRIMMED} if it was freed
     */
    public byte[] read(LogHandle handle, int type) {
        return replay.read(handle, type);
    }

    /** Up to where the log is durable. */
    public WalPosition end() {
        return committer.durableEnd();
    }

    /**
     * Frees whole segments before {@code before}, some time later. A failure is reported in the program's log, and made
     * good by the next trim.
     */
    public void trim(WalPosition before) {
        committer.upkeep().trim(before);
    }

    /**
     * Makes sure that nobody claimed a higher epoch, at this moment.
     *
     * @throws WalException {@code FENCED} if somebody did; whatever else keeps the store from knowing
     */
    public void verifyOwnership() throws InterruptedException {
        try {
            committer.upkeep().verifyOwnership().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WalException known) {
                throw known;
            }
            throw new IllegalStateException("the store failed when it was asked who owns the log", e.getCause());
        }
    }

    /**
     * Has the store look, on a thread of the log, whether the log is still this writer's and where it was. A log that is not
     * has failed, and its listener is told.
     *
     * @return completes when the store has answered, whatever it said
     */
    public CompletableFuture<@Nullable Void> lookAtOwnership() {
        return committer.upkeep().verifyOwnership();
    }

    /**
     * Waits until everything that was appended before is answered.
     *
     * @throws WalException if the log has failed
     */
    public void flush() throws InterruptedException {
        committer.flush();
    }

    /** Makes everything appended before durable, marks the log as closed in order, and lets go of it. Idempotent. */
    @Override
    public void close() {
        committer.close();
        reader.close();
    }
}
