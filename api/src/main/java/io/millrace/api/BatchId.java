// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.time.Duration;
import java.time.Instant;

/**
 * Identifies one run of one output of one batch. A batch that is run again after a failure has the same
 * {@code programId}, {@code batchTime} and {@code output}; an output that stores these three in the same transaction as
 * its rows, and refuses an id that it has, is exactly-once. A lower {@code epoch} than one already seen belongs to a
 * process that has been replaced.
 *
 * @param programId the name given to {@link StreamingContext#builder(String)}
 * @param epoch the number of this start of the program, counted by its ledger
 * @param batchTime the end of the batch's interval, on the epoch-aligned grid; the batch holds {@code (batchTime −
 *     interval, batchTime]}
 * @param interval the batch interval
 * @param output the output's name
 * @param attempt 0 for the first run of this output in this process, then 1, 2, …
 * @since 0.1
 */
public record BatchId(String programId, long epoch, Instant batchTime, Duration interval, String output, int attempt) {}
