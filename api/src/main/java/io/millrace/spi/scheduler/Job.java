// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;
import java.time.Instant;
import java.util.List;

/**
 * What one batch becomes.
 *
 * @param programId the program
 * @param epoch the program's epoch
 * @param batchTime the batch
 * @param attempt 0 at first, then 1, 2, …
 * @param stages in an order in which each stage comes after those it reads from; {@link Stage#index()} is the place in
 *     this list
 * @since 0.1
 */
@Experimental
public record Job(String programId, long epoch, Instant batchTime, int attempt, List<Stage> stages) {
    public Job {
        stages = List.copyOf(stages);
    }
}
