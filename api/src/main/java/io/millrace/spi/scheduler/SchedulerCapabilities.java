// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;

/**
 * What a scheduler can do.
 *
 * @param parallelism how many tasks run at once
 * @param sharesMemory whether tasks run in this process: functions need not be serializable, exchanges pass objects
 * @since 0.1
 */
@Experimental
public record SchedulerCapabilities(int parallelism, boolean sharesMemory) {}
