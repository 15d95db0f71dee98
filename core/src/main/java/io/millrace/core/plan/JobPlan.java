// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.graph.Node;
import io.millrace.core.operator.BatchParameters;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.StageFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One job of a batch: its stages, and the outputs that are called when they have run. */
public final class JobPlan {
    private final List<StagePlan> stages;
    private final Set<Node> nodes;
    private final List<Node.Output> outputs;
    private final ClassLoader loader;

    JobPlan(List<StagePlan> stages, Set<Node> nodes, List<Node.Output> outputs, ClassLoader loader) {
        this.stages = List.copyOf(stages);
        this.nodes = Set.copyOf(nodes);
        this.outputs = List.copyOf(outputs);
        this.loader = loader;
    }

    /** The outputs that are called after it, if they are due, in order of declaration. */
    public List<Node.Output> outputs() {
        return outputs;
    }

    /** Whether it computes a node. */
    public boolean computes(Node node) {
        return nodes.contains(node);
    }

    /** Whether there is nothing to compute: earlier jobs have it all. */
    public boolean isEmpty() {
        return stages.isEmpty();
    }

    /**
     * Its stages for one batch.
     *
     * @param inputs what its tasks read, by source
     * @param held what earlier jobs of the batch computed, by node
     * @param batch what is the same for all its tasks
     */
    public List<Stage> stages(
            Map<Node.Source, List<TaskInput>> inputs, Map<Integer, List<Held>> held, BatchParameters batch) {
        List<Stage> made = new ArrayList<>(stages.size());
        for (StagePlan stage : stages) {
            Node root = stage.root();
            List<TaskInput> parts =
                    root instanceof Node.Source source ? inputs.getOrDefault(source, List.of()) : List.of();
            List<Held> earlier = stage.readsHeld() ? held.getOrDefault(root.id(), List.of()) : List.of();
            StageFunction function = context -> {
                try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                    return stage.run(context, parts, earlier, batch);
                }
            };
            int partitions = root instanceof Node.Source ? parts.size() : stage.partitions(earlier.size(), batch);
            made.add(new Stage(made.size(), stage.name(), stage.kind(), partitions, stage.inputs(), function));
        }
        return made;
    }

    List<StagePlan> stagePlans() {
        return stages;
    }
}
