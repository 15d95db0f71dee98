// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import static java.util.Objects.requireNonNull;

import io.millrace.api.Experimental;

/**
 * Why a job failed.
 *
 * @param stage the name of the stage
 * @param partition the partition
 * @param cause what the task threw, or a {@link java.util.concurrent.CancellationException}
 * @since 0.1
 */
@Experimental
public record TaskFailure(String stage, int partition, Throwable cause) {
    public TaskFailure {
        requireNonNull(cause, "cause is null");
    }
}
