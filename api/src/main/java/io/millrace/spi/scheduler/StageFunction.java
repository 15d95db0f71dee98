// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;
import java.io.Serializable;

/**
 * What a task does. It returns data and has no other lasting effect, so that an attempt can be thrown away.
 *
 * @since 0.1
 */
@Experimental
@FunctionalInterface
public interface StageFunction extends Serializable {
    /** Runs one partition. May be called for several partitions at once. */
    TaskOutput run(TaskContext context) throws Exception;
}
