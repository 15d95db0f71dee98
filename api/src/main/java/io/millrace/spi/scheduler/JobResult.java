// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a job returned to the driver.
 *
 * @param results by stage, then by partition: {@link TaskOutput#result()}
 * @since 0.1
 */
@Experimental
public record JobResult(List<List<@Nullable Object>> results) {}
