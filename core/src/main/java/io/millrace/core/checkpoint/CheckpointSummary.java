// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint says.
 *
 * @param programId whose it is
 * @param epoch the number of the last start; 0 if the facts that say so are no longer there
 * @param started when that was
 * @param interval the batch interval of that start
 * @param closed whether the program was stopped gracefully and has not been started since
 * @param lastPlanned the last batch whose input is fixed
 * @param lastCommitted the last batch that counts
 * @param uncommitted the batches that are planned and not committed: the next start runs them
 * @param positions where each input goes on, by input and source partition
 * @param waitingBlocks how many blocks are in no batch yet
 * @param waitingRecords how many records these have
 * @param states what is kept from batch to batch, by name
 * @param facts how many facts were read
 */
public record CheckpointSummary(
        String programId,
        long epoch,
        Optional<Instant> started,
        Duration interval,
        boolean closed,
        Optional<Instant> lastPlanned,
        Optional<Instant> lastCommitted,
        List<Instant> uncommitted,
        Map<String, Map<String, String>> positions,
        int waitingBlocks,
        long waitingRecords,
        Map<String, StateSummary> states,
        long facts) {
    /**
     * A state.
     *
     * @param snapshotBytes the size of its last snapshot in the log
     * @param changeBytes the size of the changes since
     * @param codecs how its keys and values are written, such as {@code string/1 -> long/1}
     */
    public record StateSummary(long snapshotBytes, long changeBytes, String codecs) {}
}
