// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.graph.Graph;
import io.millrace.core.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The jobs of a batch and their stages. A stage begins at a source, at an exchange or at a stream that an earlier job has
 * computed, and goes as far as the next exchanges, outputs and states; only what reaches one of these is in the plan.
 */
public final class CompiledPlan {
    private final List<JobPlan> jobs;
    private final List<Node.Output> outputs;

    private CompiledPlan(List<JobPlan> jobs, List<Node.Output> outputs) {
        this.jobs = List.copyOf(jobs);
        this.outputs = List.copyOf(outputs);
    }

    /**
     * Compiles a graph.
     *
     * @param parallelism how many tasks run at once: the number of partitions where the program does not say
     * @param loader the program's class loader, under which its functions run
     * @param errors what becomes of elements on which its functions fail
     * @param oneByOne whether each output has a job of its own
     */
    public static CompiledPlan compile(
            Graph graph, int parallelism, ClassLoader loader, RecordErrors errors, boolean oneByOne) {
        Set<Node> live = live(graph);
        List<Node.Output> outputs = graph.nodes(Node.Output.class);
        JobOrder order = oneByOne ? JobOrder.oneByOne(graph, live) : JobOrder.together(live);
        Map<Node, Integer> partitions = new HashMap<>();
        List<JobPlan> jobs = new ArrayList<>();
        for (int job = 0; job < order.count(); job++) {
            List<StagePlan> stages = stages(graph, job, order, parallelism, partitions, errors);
            Set<Node> nodes = new HashSet<>();
            for (Node node : live) {
                if (order.computes(job, node)) {
                    nodes.add(node);
                }
            }
            jobs.add(new JobPlan(stages, nodes, oneByOne ? List.of(outputs.get(job)) : outputs, loader));
        }
        return new CompiledPlan(jobs, outputs);
    }

    /** The stages of one job; notes how many partitions their nodes have, for the jobs after it. */
    private static List<StagePlan> stages(
            Graph graph, int job, JobOrder order, int parallelism, Map<Node, Integer> partitions, RecordErrors errors) {
        Map<Node, Integer> stageOf = new HashMap<>();
        List<Node> roots = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean exchange = node instanceof Node.Exchange && order.computes(job, node);
            if (exchange || order.reads(job, node) || (node instanceof Node.Source && order.computes(job, node))) {
                stageOf.put(node, roots.size());
                roots.add(node);
            }
        }
        List<StagePlan> stages = new ArrayList<>();
        for (Node root : roots) {
            boolean exchange = root instanceof Node.Exchange && order.computes(job, root);
            int ofRoot = partitions.getOrDefault(root, partitions(root, parallelism));
            List<Integer> inputs = exchange ? inputs(root, stageOf) : List.of();
            StagePlan stage = new StagePlan(root, job, order, stageOf, ofRoot, inputs, errors);
            stage.reached().forEach(node -> partitions.putIfAbsent(node, ofRoot));
            stages.add(stage);
        }
        stages.forEach(stage -> stage.link(stages));
        return stages;
    }

    /** The outputs, in order of declaration. */
    public List<Node.Output> outputs() {
        return outputs;
    }

    /** The jobs of a batch, in order. */
    public List<JobPlan> jobs() {
        return jobs;
    }

    /** The number of partitions of a state, by name. */
    public Map<String, Integer> statePartitions() {
        Map<String, Integer> partitions = new HashMap<>();
        for (JobPlan job : jobs) {
            for (StagePlan stage : job.stagePlans()) {
                stage.states().forEach(state -> partitions.put(state, stage.partitions()));
            }
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
        collectRoots(root.parents().get(0), stageOf, found);
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
