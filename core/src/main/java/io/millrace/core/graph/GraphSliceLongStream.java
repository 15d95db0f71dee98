// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.DStream;
import io.millrace.api.SliceLongDStream;
import io.millrace.api.function.LongReduceFunction;
import io.millrace.api.function.SliceLongMapFunction;
import io.millrace.core.exchange.ReduceSlices;
import io.millrace.core.operator.Operators;
import io.millrace.core.state.SliceState;

/** A stream of (byte-string, number) entries: each method adds a node. */
final class GraphSliceLongStream implements SliceLongDStream {
    private final Graph graph;
    private final Node node;

    GraphSliceLongStream(Graph graph, Node node) {
        this.graph = graph;
        this.node = node;
    }

    @Override
    public SliceLongDStream reduceByKey(LongReduceFunction function) {
        return new GraphSliceLongStream(graph, exchange("reduceByKey", function));
    }

    @Override
    public SliceLongDStream runningReduce(String name, LongReduceFunction function) {
        graph.claimState(name);
        Node input = node.keyed() ? node : exchange("combine", function);
        return new GraphSliceLongStream(
                graph, new Node.Stateful(graph, "runningReduce", input, node.slide(), new SliceState(name, function)));
    }

    @Override
    public <T> DStream<T> map(SliceLongMapFunction<? extends T> function) {
        return new GraphStream<>(
                graph,
                new Node.Narrow(
                        graph,
                        "map",
                        node,
                        false,
                        (batch, next) -> new Operators.SliceLongToObject(GraphStream.erase(function), next)));
    }

    private Node exchange(String label, LongReduceFunction function) {
        return new Node.Exchange(graph, label, node, new ReduceSlices(function), 0);
    }
}
