// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.LogView;
import io.millrace.spi.wal.WalException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a program that runs: what it says, and the log that it is said in. A fact is taken into
 * {@link #state()} when it is appended, and is true of the world when its callback says that it is durable; since the
 * log is ordered, whatever a later fact builds on is durable before it. Called by the engine's thread only; callbacks
 * come on the log's.
 */
public final class Ledger implements AutoCloseable {
    /** The name of the ledger's log. */
    public static final String LOG = "ledger";

    private final CommitLog log;
    private final LedgerState state = new LedgerState();
    private final Consumer<WalException> onFailure;
    private final long snapshotAfterBytes;
    /** Bytes of facts, replayed and appended. */
    private long written;
    /** How many of them, counted from the first, a durable snapshot sums up. */
    private volatile long covered;
    /** How many of them a snapshot sums up that may be under way. */
    private long summedUp;

    private long snapshotBytes;
    private long facts;

    /**
     * Replays the log.
     *
     * @param onFailure told, on the log's thread, when a fact could not be made durable: nothing can go on then
     * @param snapshotAfterBytes how many bytes of facts may have to be replayed, roughly
     */
    public Ledger(CommitLog log, long snapshotAfterBytes, Consumer<WalException> onFailure) {
        this(log, snapshotAfterBytes, bytes -> {}, onFailure);
    }

    /**
     * Replays the log.
     *
     * @param progress is told how many more bytes were replayed
     */
    public Ledger(CommitLog log, long snapshotAfterBytes, LongConsumer progress, Consumer<WalException> onFailure) {
        this.log = log;
        this.onFailure = onFailure;
        this.snapshotAfterBytes = snapshotAfterBytes;
        Replay replay = new Replay(state);
        boolean amid = log.replay(log.recovery().start(), (type, stream, handle, payload) -> {
            Fact fact = decode(type, handle, payload);
            replay.take(fact);
            written += handle.length();
            progress.accept(handle.length());
            if (fact instanceof Fact.Snapshot) {
                snapshotBytes = handle.length();
                summedUp = written;
            }
            facts++;
        });
        covered = summedUp;
        replay.end(amid);
    }

    /** Reads a fact; whatever else than one is there is damage. */
    private static Fact decode(int type, LogHandle handle, ByteReader payload) {
        try {
            return FactCodec.decode(type, payload);
        } catch (MillraceException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "the ledger is damaged at " + handle.at() + ": what is there is no fact of type " + type + " (" + e
                            + "); restore the checkpoint from a copy, or begin from a savepoint",
                    e);
        }
    }

    /** What a ledger says to somebody who only looks at it; {@code each} is given every fact, too. */
    public static LedgerState read(LogView view, Consumer<Fact> each) {
        LedgerState state = new LedgerState();
        Replay replay = new Replay(state);
        boolean amid = view.forEach((type, stream, handle, payload) -> {
            Fact fact = decode(type, handle, payload);
            each.accept(fact);
            replay.take(fact);
        });
        replay.end(amid);
        return state;
    }

    /**
     * Takes the facts of a log that may have been trimmed. What remains then begins in the middle: up to the first
     * snapshot, which says it all, facts may build on others that are gone.
     */
    public static final class Replay {
        private final LedgerState state;
        private boolean snapshot;
        private @Nullable MillraceException contradiction;

        /** Takes facts into {@code state}, which is new. */
        public Replay(LedgerState state) {
            this.state = state;
        }

        /** Takes the next fact. */
        public void take(Fact fact) {
            if (fact instanceof Fact.Snapshot) {
                snapshot = true;
                contradiction = null;
            } else if (contradiction != null) {
                return;
            }
            try {
                state.apply(fact);
            } catch (IllegalStateException e) {
                MillraceException contradicts = new MillraceException(
                        ErrorCode.CORRUPT_DATA,
                        "the ledger contradicts itself: " + e.getMessage()
                                + "; restore the checkpoint from a copy, or begin from a savepoint",
                        e);
                if (snapshot) {
                    throw contradicts;
                }
                contradiction = contradicts;
            }
        }

        /**
         * There are no more; throws what they contradicted each other in.
         *
         * @param amid whether there were others before them, which only a snapshot makes up for
         */
        public void end(boolean amid) {
            if (amid && !snapshot) {
                throw new MillraceException(
                        ErrorCode.CORRUPT_DATA,
                        "the beginning of the ledger is missing, and no snapshot stands for it: it was removed from outside;"
                                + " restore the checkpoint from a copy that can be trusted");
            }
            if (contradiction != null) {
                throw contradiction;
            }
        }
    }

    /** What the facts so far add up to. */
    public LedgerState state() {
        return state;
    }

    /** How many facts were replayed. */
    public long replayed() {
        return facts;
    }

    /** Takes a fact in and appends it; {@code durable} runs on the log's thread. */
    public void append(Fact fact, Runnable durable) {
        state.apply(fact);
        write(fact, encode(fact), handle -> durable.run());
    }

    /**
     * Writes a snapshot and cuts the log before it, if enough was written since the last one: as much as it was told, and
     * as that one was long, so that the snapshots of a ledger with much in it do not outweigh its facts.
     */
    public void compact() {
        if (written - summedUp > Math.max(snapshotAfterBytes, snapshotBytes)) {
            snapshot();
        }
    }

    /** Writes a snapshot and cuts the log before it, as far as whole segments go. */
    public void snapshot() {
        Fact snapshot = new Fact.Snapshot(state.image());
        ByteWriter bytes = encode(snapshot);
        snapshotBytes = bytes.size();
        summedUp = written + snapshotBytes;
        long behind = summedUp;
        write(snapshot, bytes, handle -> {
            covered = behind;
            log.trim(handle.at());
        });
    }

    /** How many bytes of facts are behind the last durable snapshot: they are replayed beside it. */
    public long uncovered() {
        return written - covered;
    }

    private static ByteWriter encode(Fact fact) {
        ByteWriter out = new ByteWriter(256);
        FactCodec.encode(fact, out);
        return out;
    }

    private void write(Fact fact, ByteWriter out, Consumer<LogHandle> durable) {
        written += out.size();
        log.append(
                FactCodec.type(fact),
                0,
                new AppendCallback() {
                    @Override
                    public void durable(LogHandle handle) {
                        durable.accept(handle);
                    }

                    @Override
                    public void failed(WalException failure) {
                        onFailure.accept(failure);
                    }
                },
                ByteBuffer.wrap(out.array(), 0, out.size()));
    }

    /** Waits until everything that was appended before is durable. */
    public void flush() throws InterruptedException {
        log.flush();
    }

    @Override
    public void close() {
        log.close();
    }
}
