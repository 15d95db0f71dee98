// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task returns.
 *
 * @param exchanges by the index of the stage that reads it, one bucket for each of that stage's partitions; null where
 *     there is nothing
 * @param result what the driver gets: counters, partitions of outputs, state changes
 * @since 0.1
 */
@Experimental
public record TaskOutput(
        Map<Integer, @Nullable Object[]> exchanges,
        @Nullable Object result) {}
