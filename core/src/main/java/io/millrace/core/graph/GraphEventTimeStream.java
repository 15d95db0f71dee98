// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.EventTimeDStream;
import io.millrace.api.PairDStream;
import io.millrace.api.WindowedValue;

/** What windows over event time make. */
final class GraphEventTimeStream<K, V, A> extends GraphPairStream<K, WindowedValue<A>>
        implements EventTimeDStream<K, V, A> {
    private final Node.Stateful stateful;

    GraphEventTimeStream(Graph graph, Node.Stateful stateful) {
        super(graph, stateful);
        this.stateful = stateful;
    }

    @Override
    public PairDStream<K, V> lateRecords() {
        return new GraphPairStream<>(graph, new Node.Side(graph, "lateRecords", stateful, false));
    }
}
