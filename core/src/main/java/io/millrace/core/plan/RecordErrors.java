// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.api.OnRecordError;
import io.millrace.core.graph.Graph;
import io.millrace.core.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of elements on which functions fail, by operator: what the outputs say that the operator leads to, and of
 * several the one that loses least. An operator that leads to none, but to a state, does what the program says.
 */
public final class RecordErrors {
    private final OnRecordError fallback;
    private final long maxBytes;
    private final Map<Node, Set<Node.Output>> outputs = new HashMap<>();

    /**
     * Of a program.
     *
     * @param fallback what the program says
     * @param maxBytes how many bytes of dead letters a batch may have
     */
    public RecordErrors(Graph graph, OnRecordError fallback, long maxBytes) {
        this.fallback = fallback;
        this.maxBytes = maxBytes;
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            Set<Node.Output> reached = new LinkedHashSet<>();
            if (node instanceof Node.Output output) {
                reached.add(output);
            }
            node.children().forEach(child -> reached.addAll(outputs.getOrDefault(child, Set.of())));
            outputs.put(node, reached);
        }
    }

    /** What an operator does, or an output with what its target refuses. */
    public OnRecordError policy(Node node) {
        Optional<OnRecordError> said = outputs.getOrDefault(node, Set.of()).stream()
                .map(output -> output.policy().onRecordError().orElse(fallback))
                .reduce(OnRecordError::and);
        return said.orElse(fallback);
    }

    /** The outputs that an operator leads to, in order of declaration. */
    List<String> outputs(Node node) {
        List<Node.Output> reached = new ArrayList<>(outputs.getOrDefault(node, Set.of()));
        reached.sort((a, b) -> Integer.compare(a.id(), b.id()));
        return reached.stream().map(Node.Output::name).toList();
    }

    /** How many bytes of dead letters a batch may have. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Whether there may be dead letters. */
    public boolean mayWriteLetters() {
        return outputs.keySet().stream()
                .filter(node -> node instanceof Node.Narrow
                        || node instanceof Node.Exchange
                        || node instanceof Node.Stateful
                        || (node instanceof Node.Output output && output.target() != null))
                .anyMatch(node -> policy(node) == OnRecordError.DEAD_LETTER);
    }
}
