// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.RecordView;

/** A part of a batch's input that one task reads: a few blocks or ranges. */
@FunctionalInterface
public interface TaskInput {
    /**
     * Passes every record to {@code consumer}, in the order of its source partition.
     *
     * @param slot the task slot, by which connections are kept
     * @return how many
     */
    long forEach(int slot, RecordConsumer<RecordView> consumer) throws Exception;
}
