// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.graph.Graph;
import io.millrace.core.graph.Node;
import io.millrace.core.operator.BatchParameters;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.StageFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The stages of a program. Each begins at a source or at an exchange and goes as far as the next exchanges, outputs and
 * states; only what reaches one of these is in the plan.
 */
public final class CompiledPlan {
    private final List<StagePlan> stages;
    private final List<Node.Output> outputs;
    private final ClassLoader loader;

    private CompiledPlan(List<StagePlan> stages, List<Node.Output> outputs, ClassLoader loader) {
        this.stages = List.copyOf(stages);
        this.outputs = List.copyOf(outputs);
        this.loader = loader;
    }

    /**
     * Compiles a graph.
     *
     * @param parallelism how many tasks run at once: the number of partitions where the program does not say
     * @param loader the program's class loader, under which its functions run
     * @param errors what becomes of elements on which its functions fail
     */
    public static CompiledPlan compile(Graph graph, int parallelism, ClassLoader loader, RecordErrors errors) {
        Set<Node> live = live(graph);
        Map<Node, Integer> stageOf = new HashMap<>();
        List<Node> roots = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean root = node instanceof Node.Source || node instanceof Node.Exchange;
            if (root && live.contains(node)) {
                stageOf.put(node, roots.size());
                roots.add(node);
            }
        }
        List<StagePlan> stages = new ArrayList<>();
        for (Node root : roots) {
            stages.add(
                    new StagePlan(root, stageOf, partitions(root, parallelism), inputs(root, stageOf), live, errors));
        }
        stages.forEach(stage -> stage.link(stages));
        return new CompiledPlan(stages, graph.nodes(Node.Output.class), loader);
    }

    /** The outputs, in order of declaration. */
    public List<Node.Output> outputs() {
        return outputs;
    }

    /**
     * The stages of one batch.
     *
     * @param inputs what its tasks read, by source
     * @param batch what is the same for all its tasks
     */
    public List<Stage> stages(Map<Node.Source, List<TaskInput>> inputs, BatchParameters batch) {
        List<Stage> made = new ArrayList<>(stages.size());
        for (StagePlan stage : stages) {
            List<TaskInput> parts = stage.root() instanceof Node.Source source
                    ? stage.parts(inputs.getOrDefault(source, List.of()))
                    : List.of();
            StageFunction function = context -> {
                try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                    return stage.run(context, parts, batch);
                }
            };
            int partitions = stage.root() instanceof Node.Source ? parts.size() : stage.partitions(batch);
            made.add(new Stage(made.size(), stage.name(), stage.kind(), partitions, stage.inputs(), function));
        }
        return made;
    }

    /** The number of partitions of a state, by name. */
    public Map<String, Integer> statePartitions() {
        Map<String, Integer> partitions = new HashMap<>();
        for (StagePlan stage : stages) {
            stage.states().forEach(state -> partitions.put(state, stage.partitions()));
        }
        return partitions;
    }

    private static int partitions(Node root, int parallelism) {
        return root instanceof Node.Exchange exchange && exchange.partitions() > 0
                ? exchange.partitions()
                : parallelism;
    }

    private static List<Integer> inputs(Node root, Map<Node, Integer> stageOf) {
        Set<Integer> found = new TreeSet<>();
        if (root instanceof Node.Exchange) {
            collectRoots(root.parents().get(0), stageOf, found);
        }
        return List.copyOf(found);
    }

    private static void collectRoots(Node node, Map<Node, Integer> stageOf, Set<Integer> found) {
        Integer stage = stageOf.get(node);
        if (stage != null) {
            found.add(stage);
        } else {
            node.parents().forEach(parent -> collectRoots(parent, stageOf, found));
        }
    }

    /** The nodes from which an output or a state is reached; nothing else is worth running. */
    private static Set<Node> live(Graph graph) {
        Set<Node> live = new HashSet<>();
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node instanceof Node.Output
                    || node instanceof Node.Remember
                    || node instanceof Node.Stateful
                    || node.children().stream().anyMatch(live::contains)) {
                live.add(node);
            }
        }
        return live;
    }
}
