// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.function.BatchFunction;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.PairFlatMapFunction;
import io.millrace.api.function.PairFunction;
import io.millrace.core.operator.Operator;
import io.millrace.core.operator.Operators;
import java.util.List;

/** A stream of objects: each method adds a node. */
class GraphStream<T> implements DStream<T> {
    final Graph graph;
    final Node node;

    GraphStream(Graph graph, Node node) {
        this.graph = graph;
        this.node = node;
    }

    @Override
    public StreamingContext context() {
        return graph.context();
    }

    @Override
    public <R> DStream<R> map(MapFunction<? super T, ? extends R> function) {
        return new GraphStream<>(graph, narrow("map", next -> new Operators.Map(erase(function), next)));
    }

    @Override
    public DStream<T> filter(FilterFunction<? super T> predicate) {
        return new GraphStream<>(graph, filtered(predicate));
    }

    @Override
    public <R> DStream<R> flatMap(FlatMapFunction<? super T, ? extends R> function) {
        return new GraphStream<>(graph, narrow("flatMap", next -> new Operators.FlatMap(erase(function), next)));
    }

    @Override
    public <K, V> PairDStream<K, V> mapToPair(PairFunction<? super T, ? extends K, ? extends V> function) {
        return new GraphPairStream<>(
                graph, narrow("mapToPair", next -> new Operators.MapToPair(erase(function), next)));
    }

    @Override
    public <K, V> PairDStream<K, V> flatMapToPair(PairFlatMapFunction<? super T, K, V> function) {
        return new GraphPairStream<>(
                graph, narrow("flatMapToPair", next -> new Operators.FlatMapToPair(erase(function), next)));
    }

    @Override
    public DStream<Long> count() {
        return new GraphStream<>(graph, new Node.Exchange(graph, "count", node, new Node.Combine.Count(), 1));
    }

    @Override
    public DStream<T> union(DStream<T> other) {
        return new GraphStream<>(graph, unionWith(other));
    }

    @Override
    public void foreachBatch(String name, BatchFunction<T> function) {
        output(graph.claimOutput(name), function);
    }

    @Override
    public void foreachBatch(BatchFunction<T> function) {
        output(graph.nextOutput(), function);
    }

    @Override
    public void print(int n) {
        output(graph.nextOutput(), batch -> printTo(System.out, batch, n));
    }

    final Node unionWith(DStream<?> other) {
        if (!(other instanceof GraphStream<?> that) || that.graph != graph) {
            throw new IllegalArgumentException("union of streams of different contexts: declare both on the same one");
        }
        return new Node.Union(graph, List.of(node, that.node));
    }

    final Node filtered(FilterFunction<? super T> predicate) {
        return new Node.Narrow(graph, "filter", node, true, next -> new Operators.Filter(erase(predicate), next));
    }

    private Node narrow(String label, Operator.Maker maker) {
        return new Node.Narrow(graph, label, node, false, maker);
    }

    private void output(String name, BatchFunction<T> function) {
        new Node.Output(graph, node, name, erase(function));
    }

    private static <T> void printTo(java.io.PrintStream out, Batch<T> batch, int n) {
        List<T> first = batch.take(n + 1);
        out.println("-------------------------------------------");
        out.println("Time: " + batch.id().batchTime());
        out.println("-------------------------------------------");
        first.stream().limit(n).forEach(out::println);
        if (first.size() > n) {
            out.println("...");
        }
        out.println();
    }

    /** Elements are plain objects inside the engine; the program's types were checked where it was compiled. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <F> F erase(Object typed) {
        return (F) typed;
    }
}
