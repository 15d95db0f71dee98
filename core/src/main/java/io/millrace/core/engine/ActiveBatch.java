// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.InputInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.letter.Letters;
import io.millrace.spi.scheduler.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A batch between its plan and its commit. Owned by the engine's thread. Its outputs may run when its plan and its state
 * are durable and the batch before it is committed.
 */
final class ActiveBatch {
    final PlannedBatch plan;
    final Instant submitted;
    private final Map<String, InputInfo> inputs;
    boolean planDurable;
    boolean computing;
    Scheduler.@Nullable JobHandle job;
    boolean computed;
    boolean outputsBegun;
    boolean stateWritten;
    long records;
    long pause;
    long outputsSince;
    private long longestNanos;
    private volatile @Nullable Begun begun;

    @Nullable
    Instant completed;

    @Nullable
    String failure;

    List<OutputOperationInfo> operations = List.of();
    Map<Integer, List<List<Object>>> outputs = Map.of();
    Map<String, Long> accumulated = Map.of();
    Set<String> snapshots = Set.of();
    List<StateWritten> states = new ArrayList<>();
    List<Letters> letters = new ArrayList<>();

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
        return planDurable && computed && stateWritten && !outputsBegun;
    }

    /** The scheduler has begun with it. On any thread; everything else is told the engine's thread only later. */
    void begin(Instant at, long nanos) {
        begun = new Begun(at, nanos);
    }

    /** The scheduler is done with it. */
    void computed(long nanos) {
        computed = true;
        Begun from = begun;
        if (from != null) {
            step(nanos - from.nanos());
        }
    }

    /** A step took so long; while one batch is at one step, another may be at the other. */
    void step(long nanos) {
        longestNanos = Math.max(longestNanos, nanos);
    }

    /** How often such a batch could be processed: what its longest step took, without waiting for logs. */
    Duration took() {
        return Duration.ofNanos(longestNanos);
    }

    BatchInfo info() {
        Begun now = begun;
        return new BatchInfo(
                instant(),
                inputs,
                submitted,
                now == null ? Optional.empty() : Optional.of(now.at()),
                Optional.ofNullable(completed),
                List.copyOf(operations),
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

    private record Begun(Instant at, long nanos) {}
}
