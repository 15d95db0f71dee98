// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.BatchId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What is the same for all tasks of a batch.
 *
 * @param programId the program
 * @param epoch the program's epoch
 * @param interval the batch interval
 * @param batchTime the batch, in epoch milliseconds
 * @param pause by how many milliseconds less than batch time everything idle has aged since the batch before: the time for
 *     which the program was down, or read what had waited meanwhile
 * @param present the moment at which it was planned, in epoch milliseconds, ahead of which nothing happens; {@link
 *     io.millrace.core.clock.Times#NEVER} if event times are not compared with it
 * @param watermarks how far event time had come up to the batch before, by state; missing where there was none
 * @param snapshots the states of which everything is written, not only what the batch touched
 */
public record BatchParameters(
        String programId,
        long epoch,
        Duration interval,
        long batchTime,
        long pause,
        long present,
        Map<String, Long> watermarks,
        Set<String> snapshots) {
    /** How the batch names itself to a function of the program. */
    public BatchId id(String output) {
        return new BatchId(programId, epoch, Instant.ofEpochMilli(batchTime), interval, output, 0);
    }
}
