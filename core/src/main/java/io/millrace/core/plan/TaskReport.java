// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.state.StateChunk;
import java.util.List;
import java.util.Map;

/**
 * What a task tells the driver: data only, so that it could come from another process.
 *
 * @param records how many records it read
 * @param outputs elements by output node
 * @param states what is to be written to the state log
 */
public record TaskReport(long records, Map<Integer, List<Object>> outputs, List<StateChunk> states) {}
