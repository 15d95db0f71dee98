// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskOutput;
import io.millrace.testkit.KitContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds jobs: one stage after another, each with its place as its index. */
final class Graph {
    private final List<Stage> stages = new ArrayList<>();

    /** A task's output that is a result and nothing else. */
    static TaskOutput result(@Nullable Object value) {
        return new TaskOutput(Map.of(), value);
    }

    /** A job of one source stage. */
    static Job of(int partitions, StageFunction function) {
        return new Graph().source(partitions, function).job(0);
    }

    Graph source(int partitions, StageFunction function) {
        return add(Stage.Kind.SOURCE, partitions, List.of(), function);
    }

    Graph exchange(int partitions, List<Integer> inputs, StageFunction function) {
        return add(Stage.Kind.EXCHANGE, partitions, inputs, function);
    }

    Graph stateful(int partitions, List<Integer> inputs, StageFunction function) {
        return add(Stage.Kind.STATEFUL, partitions, inputs, function);
    }

    private Graph add(Stage.Kind kind, int partitions, List<Integer> inputs, StageFunction function) {
        int index = stages.size();
        stages.add(new Stage(index, "stage-" + index, kind, partitions, inputs, function));
        return this;
    }

    /** The job of the batch of this number. */
    Job job(int batch) {
        return new Job(KitContext.PROGRAM, 1, Instant.EPOCH.plusSeconds(batch), 0, stages);
    }
}
