// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task is given by its scheduler.
 *
 * @since 0.1
 */
@Experimental
public interface TaskContext {
    /** Which partition of the stage this is. */
    int partition();

    /** Which thread of the scheduler runs it, from 0 to the parallelism: what readers are kept by. */
    int slot();

    /**
     * What the tasks of an input stage addressed to this partition: from each task that addressed anything, in the order
     * of their partitions.
     *
     * @param input index in {@link Stage#inputs()}
     */
    List<@Nullable Object> exchanged(int input);

    /** How often this task has failed before: 0 at first. */
    default int attempt() {
        return 0;
    }

    /** Whether the job was cancelled; long tasks look now and then. */
    boolean cancelled();
}
