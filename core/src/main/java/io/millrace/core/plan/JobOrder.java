// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.graph.Graph;
import io.millrace.core.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which job of a batch computes each node. A node is computed once in a batch, by the first job that needs it: what later
 * jobs read of it is held in memory until the batch is done. Only sources are read by each job that needs them, since their
 * records are not objects that could be held.
 */
final class JobOrder {
    private final Map<Node, Integer> jobs = new HashMap<>();
    private final int count;

    private JobOrder(int count) {
        this.count = count;
    }

    /** One job for everything. */
    static JobOrder together(Set<Node> live) {
        JobOrder order = new JobOrder(1);
        live.forEach(node -> order.jobs.put(node, 0));
        return order;
    }

    /**
     * A job for each output, in order of declaration. What is not there for an output belongs to the job of its parent, or
     * else to that of the next output to be declared.
     */
    static JobOrder oneByOne(Graph graph, Set<Node> live) {
        List<Node.Output> outputs = graph.nodes(Node.Output.class);
        JobOrder order = new JobOrder(outputs.size());
        for (int job = 0; job < outputs.size(); job++) {
            order.assign(outputs.get(job), job);
        }
        for (Node node : graph.nodes()) {
            if (live.contains(node)) {
                order.assign(node, Math.min(before(node, outputs), outputs.size() - 1));
            }
        }
        return order;
    }

    private static int before(Node node, List<Node.Output> outputs) {
        return (int) outputs.stream().filter(output -> output.id() < node.id()).count();
    }

    private int assign(Node node, int job) {
        Integer known = jobs.get(node);
        if (known != null) {
            return known;
        }
        int latest = job;
        for (Node parent : node.parents()) {
            int ofParent = assign(parent, job);
            latest = withParent(node) ? ofParent : latest;
        }
        jobs.put(node, latest);
        return latest;
    }

    /** Whether a node does nothing but collect what its parent pushes to it. */
    private static boolean withParent(Node node) {
        return node instanceof Node.Output || node instanceof Node.Remember || node instanceof Node.Side;
    }

    /** How many jobs there are. */
    int count() {
        return count;
    }

    /** Whether a job computes a node. */
    boolean computes(int job, Node node) {
        Integer of = jobs.get(node);
        return of != null && of == job;
    }

    /** Whether a job reads a node that it does not compute itself. */
    boolean reads(int job, Node node) {
        return !computes(job, node)
                && node.children().stream().anyMatch(child -> !withParent(child) && computes(job, child));
    }

    /** Whether jobs after the one that computes a node read it too. */
    boolean isHeld(Node node) {
        Integer of = jobs.get(node);
        return of != null
                && !(node instanceof Node.Source)
                && node.children().stream().anyMatch(child -> !withParent(child) && jobs.getOrDefault(child, of) > of);
    }
}
