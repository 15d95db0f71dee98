// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.Experimental;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Somewhere that the batches of one output go, exactly once, in one of two ways: with the batch's time in the sink's own
 * transaction, or by committables that can be finished with their description alone. The clauses are in
 * {@code docs/spec/sink.md}; {@code io.millrace.testkit.sink.SinkConformance} checks them.
 *
 * <p>The engine calls a sink's methods one at a time, on changing threads, with the plugin's class loader as the context
 * class loader. Elements are those of the stream: types of the JDK, of {@code io.millrace.api}, or what the target's
 * builder knows how to take apart.
 *
 * @since 0.1
 */
public sealed interface Sink extends AutoCloseable {
    /**
     * What the target says of an output, without changing anything there. It does not wait for a process that writes
     * to the target. The engine asks before it claims, and decides; the sink only compares.
     *
     * @return empty if no process has claimed the output, or if a {@link Resumable} sink keeps no claims
     * @throws io.millrace.api.MillraceException if the target cannot be read, or what it says is of a later version
     */
    Optional<SinkClaim> look(String programId, String output) throws Exception;

    /**
     * Makes the output {@code owner}'s, in one step, if the target still says what it said: a compare-and-set. Once it
     * has returned, no other process commits anything for this program and output, however long that process slept. Called before the first
     * batch; for {@link Transactional} also after a {@link Transactional#commit} that threw, whose outcome is unknown then.
     *
     * @param found what {@link #look} has returned
     * @param lastBatch the newest batch that the target is to name from now on. It is older than what the target named if
     *     the later batches are of a checkpoint that the owner does not continue. If it is what {@code found} says, then
     *     the sink compares the owner only, and keeps a batch that was committed meanwhile
     * @return false if the target says something else by now; nothing is changed then
     */
    boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) throws Exception;

    /**
     * Lets go of the target without finishing or undoing anything there. Called once, also while another thread hangs in
     * a call.
     */
    @Override
    void close();

    /**
     * Stores the batch's time in the same transaction as its elements (a database; Kafka). The sink commits before the
     * ledger, so that a run after a crash can ask for the last committed batch and skip.
     */
    non-sealed interface Transactional extends Sink {
        /**
         * Commits all elements of a batch and its time, or nothing. Batches come in order of time, each later than the last
         * batch of {@link #claim}. May do nothing for a batch without elements.
         *
         * @throws io.millrace.api.MillraceException of code {@code FENCED} if another process has claimed the output. After
         *     any other exception the outcome is unknown until {@link #look} tells
         */
        void commit(Batch<?> batch) throws Exception;

        /**
         * The same, for a sink that can tell which elements its target refuses: the batch is committed without these. This
         * is what the engine calls.
         *
         * @param refusals takes the elements that are refused
         */
        @Experimental
        default void commit(Batch<?> batch, Refusals refusals) throws Exception {
            commit(batch);
        }
    }

    /**
     * Prepares something that can be made visible later with its description alone (files, S3 multipart uploads).
     * The descriptions are recorded in the fact that commits the batch, and are finished afterwards, if need be by a
     * later start of the program.
     */
    non-sealed interface Resumable extends Sink {
        /**
         * {@inheritDoc}
         *
         * <p>A sink of this class may keep no claims, since only what the ledger says is finished: then it returns true.
         * Whichever it is, it removes what lower epochs of the owner's identity prepared and never committed, and what the
         * identity prepared whose claim it replaces. Called once, before the first {@link #prepare}, when everything is
         * finished that they committed. Must leave alone what equal and higher epochs have prepared.
         */
        @Override
        boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) throws Exception;

        /**
         * Writes one partition invisibly and durably.
         *
         * @return what {@link #finish} needs to make it visible: a name, not the data; at most a few hundred bytes, in a
         *     format that later versions of the sink can read
         */
        byte[] prepare(Batch<?> batch, int partition) throws Exception;

        /**
         * Refuses what {@link #finish} would refuse by its looks, as one does that was written by hand; changes nothing.
         * It is for whoever asks about a checkpoint and starts nothing; {@code finish} checks it all the same. Experimental.
         *
         * @param batch as for {@link #finish}; its epoch is 0
         * @param committables as for {@link #finish}
         * @throws io.millrace.api.MillraceException {@code CORRUPT_DATA} if {@link #prepare} has not made one of them
         */
        default void check(BatchId batch, List<byte[]> committables) throws Exception {}

        /**
         * Makes visible what was prepared; called again, by this process or another, does nothing. Called for every
         * batch, in order of time, after the batch is committed. What it throws may be cured by calling it again.
         *
         * @param batch its epoch is that of the caller, not of the start that prepared
         * @param committables what {@link #prepare} returned, by partition; none for a batch without partitions
         */
        void finish(BatchId batch, List<byte[]> committables) throws Exception;

        /** Removes what was prepared by an attempt that failed, as far as it can. Never called after a commit. */
        void discard(BatchId batch, List<byte[]> committables) throws Exception;
    }
}
