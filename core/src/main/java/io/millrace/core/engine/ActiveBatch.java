// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.InputInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.letter.Letters;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.plan.Held;
import io.millrace.core.plan.JobPlan;
import io.millrace.spi.scheduler.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A batch between its plan and its commit. Owned by the engine's thread. It is at one of its jobs, whose outputs may run
 * when its plan and the job's state are durable and the batch before it is committed; then the next job may.
 */
final class ActiveBatch {
    final PlannedBatch plan;
    final long pause;
    final Instant submitted;
    private final Map<String, InputInfo> inputs;
    private final List<JobPlan> jobs;
    private int at;
    boolean planDurable;
    boolean computing;
    Scheduler.@Nullable JobHandle running;
    boolean computed;
    boolean outputsBegun;
    boolean stateWritten;
    long records;
    long outputsSince;
    private long longestNanos;
    private volatile @Nullable Begun begun;

    @Nullable
    Instant completed;

    @Nullable
    String failure;

    @Nullable
    BatchParameters parameters;

    Map<String, Long> accumulated = Map.of();
    final List<OutputOperationInfo> operations = new ArrayList<>();
    final Map<Integer, List<List<Object>>> outputs = new HashMap<>();
    final Map<Integer, List<Held>> held = new HashMap<>();
    final List<Map<String, Map<String, Long>>> eventTimes = new ArrayList<>();
    final Map<String, Long> eventsAhead = new HashMap<>();
    final List<StateWritten> states = new ArrayList<>();
    final List<Letters> letters = new ArrayList<>();

    /**
     * A batch.
     *
     * @param pause by how many milliseconds less than batch time what is idle ages up to it
     * @param jobs what is to be run, one after the other
     */
    ActiveBatch(PlannedBatch plan, long pause, List<JobPlan> jobs, Instant submitted) {
        this.plan = plan;
        this.pause = pause;
        this.jobs = jobs;
        this.submitted = submitted;
        this.inputs = inputs(plan);
    }

    long time() {
        return plan.batchTime();
    }

    Instant instant() {
        return Instant.ofEpochMilli(plan.batchTime());
    }

    /** The job that it is at. */
    JobPlan job() {
        return jobs.get(at);
    }

    /** Whether the job that it is at is not the last. */
    boolean hasNextJob() {
        return at + 1 < jobs.size();
    }

    /** The outputs of its job are done: the next one is to be computed. */
    void nextJob() {
        at++;
        computing = false;
        computed = false;
        stateWritten = false;
        outputsBegun = false;
    }

    boolean readyForOutputs() {
        return planDurable && computed && stateWritten && !outputsBegun;
    }

    /**
     * The scheduler has begun with one of its jobs. On any thread; everything else is told the engine's thread only later.
     *
     * @return whether it is the first
     */
    boolean begin(Instant first, long nanos) {
        if (begun != null) {
            return false;
        }
        begun = new Begun(first, nanos);
        return true;
    }

    /** The scheduler is done with it. */
    void computed(long nanos) {
        computed = true;
        Begun from = begun;
        if (from != null) {
            step(nanos - from.nanos());
        }
    }

    /** Outputs were called; where there is more than one job, all of that is one step: the next batch waits for it. */
    void outputsDone(long nanos) {
        Begun from = begun;
        step(nanos - (jobs.size() == 1 || from == null ? outputsSince : from.nanos()));
    }

    /** A step took so long; while one batch is at one step, another may be at the other. */
    private void step(long nanos) {
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
