// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.InputInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A batch between its plan and its commit. Owned by the engine's thread. Its outputs may run when its plan and its state
 * are durable and the batch before it is committed.
 */
final class ActiveBatch {
    final PlannedBatch plan;
    final Instant submitted;
    private final Map<String, InputInfo> inputs;
    private final Map<Integer, OutputOperationInfo> operations = new LinkedHashMap<>();
    boolean planDurable;
    boolean computing;
    boolean computed;
    boolean outputsBegun;
    int stateWrites;
    long records;

    @Nullable
    Instant started;

    @Nullable
    Instant completed;

    @Nullable
    String failure;

    Map<Integer, List<List<Object>>> outputs = Map.of();
    List<StateWritten> states = new ArrayList<>();

    ActiveBatch(PlannedBatch plan, Instant submitted) {
        this.plan = plan;
        this.submitted = submitted;
        this.inputs = inputs(plan);
    }

    long time() {
        return plan.batchTime();
    }

    Instant instant() {
        return Instant.ofEpochMilli(plan.batchTime());
    }

    boolean readyForOutputs() {
        return planDurable && computed && stateWrites == 0 && !outputsBegun;
    }

    void operation(OutputOperationInfo info) {
        operations.put(info.index(), info);
    }

    BatchInfo info() {
        return new BatchInfo(
                instant(),
                inputs,
                submitted,
                Optional.ofNullable(started),
                Optional.ofNullable(completed),
                List.copyOf(operations.values()),
                Optional.ofNullable(failure));
    }

    private static Map<String, InputInfo> inputs(PlannedBatch plan) {
        Map<String, InputInfo> inputs = new LinkedHashMap<>();
        plan.blocks()
                .forEach(block -> inputs.merge(
                        block.stream(),
                        new InputInfo(block.records(), 1, List.of()),
                        (a, b) -> new InputInfo(a.records() + b.records(), a.blocks() + b.blocks(), List.of())));
        plan.ranges()
                .forEach((stream, ranges) -> inputs.put(
                        stream,
                        new InputInfo(
                                ranges.stream()
                                        .mapToLong(range -> range.records())
                                        .sum(),
                                0,
                                ranges)));
        return Map.copyOf(inputs);
    }
}
