// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.letter.Letters;
import io.millrace.core.operator.Skipped;
import io.millrace.core.state.StateChunk;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task tells the driver: data only, so that it could come from another process.
 *
 * @param records how many records it read
 * @param outputs elements by output node
 * @param states what is to be written to the state log
 * @param accumulated what it added to accumulators
 * @param eventTimes the latest event time, by state and by partition of the source
 * @param ahead how many elements were further ahead in event time than can be, by state
 * @param skipped the elements that it did without, by operator
 * @param letters those that it did without and that are kept; null for none
 */
public record TaskReport(
        long records,
        Map<Integer, List<Object>> outputs,
        List<StateChunk> states,
        Map<String, Long> accumulated,
        Map<String, Map<String, Long>> eventTimes,
        Map<String, Long> ahead,
        Map<String, Skipped.Elements> skipped,
        @Nullable Letters letters) {}
