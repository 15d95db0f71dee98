// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import static java.util.Objects.requireNonNull;

import io.millrace.api.Experimental;

/**
 * Why a job failed.
 *
 * @param stage the name of the stage
 * @param partition the partition
 * @param attempts how often the task was tried
 * @param cause what the task threw, or a {@link java.util.concurrent.CancellationException}
 * @since 0.1
 */
@Experimental
public record TaskFailure(String stage, int partition, int attempts, Throwable cause) {
    public TaskFailure {
        requireNonNull(cause, "cause is null");
    }
}
