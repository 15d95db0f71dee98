// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.PairDStream;
import io.millrace.api.StatefulDStream;

/** What mapWithState makes. */
final class GraphStatefulStream<K, S, R> extends GraphStream<R> implements StatefulDStream<K, S, R> {
    private final Node.Stateful stateful;

    GraphStatefulStream(Graph graph, Node.Stateful stateful) {
        super(graph, stateful);
        this.stateful = stateful;
    }

    @Override
    public PairDStream<K, S> stateSnapshots() {
        return new GraphPairStream<>(graph, new Node.Side(graph, "stateSnapshots", stateful, true));
    }
}
