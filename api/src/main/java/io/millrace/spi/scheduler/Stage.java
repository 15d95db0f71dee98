// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import static java.util.Objects.requireNonNull;

import io.millrace.api.Experimental;
import java.util.List;

/**
 * One function over numbered partitions.
 *
 * @param index its place in the job
 * @param name for people, such as {@code lines → flatMap → mapToPair → combine}
 * @param kind what it is fed by, and whether it holds state
 * @param partitions how many tasks it has
 * @param inputs the stages whose exchanges it reads; empty for a source stage
 * @param function the function; serializable where the scheduler asks for it
 * @since 0.1
 */
@Experimental
public record Stage(int index, String name, Kind kind, int partitions, List<Integer> inputs, StageFunction function) {
    public Stage {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        inputs = List.copyOf(inputs);
        requireNonNull(function, "function is null");
    }

    /** What a stage is. */
    public enum Kind {
        /** Reads blocks or ranges. */
        SOURCE,
        /** Reads exchanges. */
        EXCHANGE,
        /**
         * Reads exchanges and holds state: its task {@code p} must run where the state of partition {@code p} is, and
         * batches must pass it in order of batch time.
         */
        STATEFUL
    }
}
