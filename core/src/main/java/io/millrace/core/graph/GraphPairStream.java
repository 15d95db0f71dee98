// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.codec.Codec;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.operator.Operators;

/** A stream of pairs: each method adds a node. */
final class GraphPairStream<K, V> extends GraphStream<Pair<K, V>> implements PairDStream<K, V> {
    GraphPairStream(Graph graph, Node node) {
        super(graph, node);
    }

    @Override
    public DStream<Pair<K, V>> filter(FilterFunction<? super Pair<K, V>> predicate) {
        return new GraphPairStream<>(graph, filtered(predicate));
    }

    @Override
    public DStream<Pair<K, V>> union(DStream<Pair<K, V>> other) {
        return new GraphPairStream<>(graph, unionWith(other));
    }

    @Override
    public <W> PairDStream<K, W> mapValues(MapFunction<? super V, ? extends W> function) {
        return new GraphPairStream<>(
                graph,
                new Node.Narrow(
                        graph, "mapValues", node, true, next -> new Operators.MapValues(erase(function), next)));
    }

    @Override
    public PairDStream<K, V> reduceByKey(ReduceFunction<V> function) {
        return new GraphPairStream<>(graph, exchange("reduceByKey", function, 0));
    }

    @Override
    public PairDStream<K, V> reduceByKey(ReduceFunction<V> function, int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException("reduceByKey into " + partitions + " partitions: give at least 1");
        }
        return new GraphPairStream<>(graph, exchange("reduceByKey", function, partitions));
    }

    @Override
    public PairDStream<K, V> runningReduce(String name, Codec<K> keys, Codec<V> values, ReduceFunction<V> function) {
        String state = graph.claimState(name);
        Node input = node.keyed() ? node : exchange("combine", function, 0);
        return new GraphPairStream<>(
                graph, new Node.RunningReduce(graph, input, state, erase(keys), erase(values), erase(function)));
    }

    private Node exchange(String label, ReduceFunction<V> function, int partitions) {
        return new Node.Exchange(graph, label, node, new Node.Combine.ByKey(erase(function)), partitions);
    }
}
