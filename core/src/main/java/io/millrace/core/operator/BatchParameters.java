// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.BatchId;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What is the same for all tasks of a batch.
 *
 * @param programId the program
 * @param epoch the program's epoch
 * @param interval the batch interval
 * @param batchTime the batch, in epoch milliseconds
 * @param snapshots the states of which everything is written, not only what the batch touched
 */
public record BatchParameters(String programId, long epoch, Duration interval, long batchTime, Set<String> snapshots) {
    /** How the batch names itself to a function of the program. */
    public BatchId id(String output) {
        return new BatchId(programId, epoch, Instant.ofEpochMilli(batchTime), interval, output, 0);
    }
}
