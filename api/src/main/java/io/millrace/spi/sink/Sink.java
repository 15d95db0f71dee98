// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

import io.millrace.api.BatchId;
import io.millrace.api.Experimental;
import io.millrace.api.codec.ByteReader;
import java.util.List;
import java.util.Optional;

/**
 * Somewhere that batches go, exactly once, in one of two ways: with the batch id in the sink's own transaction, or by
 * committables that can be finished by whoever holds their description. Records arrive as bytes, encoded by the
 * program's codec.
 *
 * @since 0.1
 */
@Experimental
public sealed interface Sink extends AutoCloseable {
    @Override
    void close();

    /**
     * Stores the batch id in the same transaction as the rows (a database; Kafka). The sink commits before the ledger;
     * a run after a crash asks for the last committed batch and skips.
     */
    non-sealed interface Transactional extends Sink {
        /** The newest batch that this output of this program has committed here. */
        Optional<BatchId> lastCommitted(String programId, String output);

        /**
         * Writes and commits one partition. Refuses an epoch lower than one already seen, with a
         * {@link io.millrace.api.MillraceException} of code {@code FENCED}.
         */
        void commit(BatchId batch, int partition, Records records) throws Exception;
    }

    /**
     * Prepares something that can be committed later by whoever holds its description (files, S3 multipart uploads).
     * The description is recorded with the batch's commit, and is committed afterwards until that succeeds.
     */
    non-sealed interface Resumable extends Sink {
        /** Writes one partition invisibly and returns what {@link #finish} needs to make it visible. */
        byte[] prepare(BatchId batch, int partition, Records records) throws Exception;

        /** Makes visible what was prepared; called again, does nothing. */
        void finish(BatchId batch, List<byte[]> committables) throws Exception;

        /** Removes what was prepared by an attempt that lost, or by a process that died. */
        void discard(BatchId batch, List<byte[]> committables) throws Exception;
    }

    /** The records of one partition, encoded. */
    interface Records {
        /** Moves to the next record, or says that there is none. */
        boolean next(ByteReader record) throws Exception;
    }
}
