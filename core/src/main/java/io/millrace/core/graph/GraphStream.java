// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.AsyncCalls;
import io.millrace.api.Batch;
import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.OutputPolicy;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.Window;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.AsyncFunction;
import io.millrace.api.function.BatchFunction;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.PairFlatMapFunction;
import io.millrace.api.function.PairFunction;
import io.millrace.api.function.PartitionFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.api.function.SerializableComparator;
import io.millrace.api.function.TransformFunction;
import io.millrace.api.function.TransformWithFunction;
import io.millrace.api.sink.SinkTarget;
import io.millrace.core.exchange.Count;
import io.millrace.core.exchange.Gather;
import io.millrace.core.exchange.ReduceAll;
import io.millrace.core.exchange.Spread;
import io.millrace.core.exchange.Top;
import io.millrace.core.operator.AsyncMap;
import io.millrace.core.operator.FunctionOperator;
import io.millrace.core.operator.Operator;
import io.millrace.core.operator.Operators;
import io.millrace.core.operator.Transform;
import io.millrace.core.output.Printer;
import io.millrace.core.output.TextFilesProvider;
import io.millrace.core.state.WindowState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream of objects: each method adds a node. */
class GraphStream<T> implements DStream<T> {
    /** The key of a stream that has only one. */
    private static final Integer ALL = 0;

    final Graph graph;
    final Node node;
    private @Nullable RememberedBatches remembered;

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
        return stream(narrow("map", (batch, next) -> new Operators.Map(erase(function), next)));
    }

    @Override
    public DStream<T> filter(FilterFunction<? super T> predicate) {
        return stream(filtered(predicate));
    }

    @Override
    public <R> DStream<R> flatMap(FlatMapFunction<? super T, ? extends R> function) {
        return stream(narrow("flatMap", (batch, next) -> new Operators.FlatMap(erase(function), next)));
    }

    @Override
    public <K, V> PairDStream<K, V> mapToPair(PairFunction<? super T, ? extends K, ? extends V> function) {
        return new GraphPairStream<>(
                graph, narrow("mapToPair", (batch, next) -> new Operators.MapToPair(erase(function), next)));
    }

    @Override
    public <K, V> PairDStream<K, V> flatMapToPair(PairFlatMapFunction<? super T, K, V> function) {
        return new GraphPairStream<>(
                graph, narrow("flatMapToPair", (batch, next) -> new Operators.FlatMapToPair(erase(function), next)));
    }

    @Override
    public DStream<List<T>> glom() {
        PartitionFunction<T, List<T>> all = elements -> {
            List<T> list = new ArrayList<>();
            elements.forEach(list::add);
            return List.of(list);
        };
        return stream(partitionwise("glom", erase(all)));
    }

    @Override
    public <R> DStream<R> mapPartitions(PartitionFunction<T, R> function) {
        return stream(partitionwise("mapPartitions", erase(function)));
    }

    @Override
    public DStream<T> repartition(int partitions) {
        return stream(spread("repartition", partitions));
    }

    @Override
    public DStream<Long> count() {
        return stream(new Node.Exchange(graph, "count", node, new Count(), 1));
    }

    @Override
    public DStream<T> reduce(ReduceFunction<T> function) {
        return reduced("reduce", function, true);
    }

    @Override
    public PairDStream<T, Long> countByValue() {
        return counted("countByValue", 0);
    }

    @Override
    public PairDStream<T, Long> countByValue(int partitions) {
        return counted("countByValue", positive("countByValue", partitions));
    }

    private PairDStream<T, Long> counted(String operator, int partitions) {
        PairFunction<T, T, Long> one = element -> {
            if (element == null) {
                throw FunctionOperator.isNull("the element");
            }
            return Pair.of(element, 1L);
        };
        Node ones = narrow(operator, (batch, next) -> new Operators.MapToPair(erase(one), next));
        return new GraphPairStream<T, Long>(graph, ones).combined(operator, Long::sum, partitions);
    }

    /**
     * All elements combined.
     *
     * @param operator the name of the program's operator
     * @param nulls whether they, and what they come to, may be null
     */
    private DStream<T> reduced(String operator, ReduceFunction<T> function, boolean nulls) {
        return stream(new Node.Exchange(graph, "reduce", operator, node, new ReduceAll(erase(function), nulls), 1));
    }

    @Override
    public DStream<T> union(DStream<T> other) {
        return union(List.of(other));
    }

    @Override
    public DStream<T> union(List<? extends DStream<T>> others) {
        return stream(unionWith(others));
    }

    @Override
    public <R> DStream<R> transform(TransformFunction<T, R> function) {
        return transformed("transform", List.of(this), (time, batches) -> function.apply(time, erase(batches.get(0))));
    }

    @Override
    public <U, R> DStream<R> transformWith(DStream<U> other, TransformWithFunction<T, U, R> function) {
        return transformed(
                "transformWith",
                List.of(this, other),
                (time, batches) -> function.apply(time, erase(batches.get(0)), erase(batches.get(1))));
    }

    /** A stream made of the whole batches of others. */
    final <R> DStream<R> transformed(String label, List<? extends DStream<?>> streams, Transform.Function function) {
        List<Node> sides = new ArrayList<>();
        for (DStream<?> each : streams) {
            int index = sides.size();
            sides.add(new Node.Narrow(
                    graph, label, nodeOf(label, each), false, (batch, next) -> new Gather.Side(index, next)));
        }
        Node all = new Node.Union(graph, label, sides);
        Node gathered = new Node.Exchange(graph, label, all, new Gather(sides.size()), 1);
        return stream(
                new Node.Narrow(graph, label, gathered, false, (batch, next) -> new Transform(function, batch, next)));
    }

    @Override
    public <R> DStream<R> mapAsync(AsyncCalls calls, AsyncFunction<? super T, R> function) {
        return stream(narrow("mapAsync", (batch, next) -> new AsyncMap(calls, erase(function), next)));
    }

    @Override
    public DStream<T> top(int n, SerializableComparator<? super T> order) {
        if (n < 1) {
            throw new IllegalArgumentException("'top' at " + CallSite.find() + " of " + n + ": give at least 1");
        }
        return stream(new Node.Exchange(graph, "top", node, new Top(n, erase(order)), 1));
    }

    @Override
    public DStream<T> window(String name, Codec<T> codec, Window window) {
        return stream(windowed(name, codec, window));
    }

    final Node windowed(String name, Codec<T> codec, Window window) {
        long slide = Windows.slide("window", node, window);
        graph.claimState(name);
        Node dealt = new Node.Exchange(graph, "spread", "window", node, new Spread(false), 0);
        return new Node.Stateful(
                graph,
                "window",
                dealt,
                slide,
                new WindowState(name, erase(codec), window.length().toMillis(), slide));
    }

    @Override
    public DStream<T> reduceByWindow(String name, Codec<T> codec, Window window, ReduceFunction<T> function) {
        return only(reduced("reduceByWindow", function, false))
                .windowed("reduceByWindow", single(name, codec), window, function, null, null)
                .map(Pair::value);
    }

    @Override
    public DStream<T> reduceByWindow(
            String name, Codec<T> codec, Window window, ReduceFunction<T> function, ReduceFunction<T> inverse) {
        return only(reduced("reduceByWindow", function, false))
                .windowed("reduceByWindow", single(name, codec), window, function, inverse, null)
                .map(Pair::value);
    }

    @Override
    public DStream<Long> countByWindow(String name, Window window) {
        return only(count())
                .windowed(
                        "countByWindow",
                        single(name, Codecs.LONG),
                        window,
                        Long::sum,
                        (total, leaving) -> total - leaving,
                        null)
                .map(Pair::value);
    }

    @Override
    public PairDStream<T, Long> countByValueAndWindow(String name, Codec<T> codec, Window window) {
        return GraphPairStream.of(counted("countByValueAndWindow", 0))
                .windowed(
                        "countByValueAndWindow",
                        StateSpec.named(name, codec, Codecs.LONG),
                        window,
                        Long::sum,
                        (total, leaving) -> total - leaving,
                        pair -> pair.value() != 0);
    }

    private static <E> GraphPairStream<Integer, E> only(DStream<E> stream) {
        return GraphPairStream.of(stream.mapToPair(element -> Pair.of(ALL, element)));
    }

    private static <E> StateSpec<Integer, E> single(String name, Codec<E> codec) {
        return StateSpec.named(name, Codecs.INT, codec).partitions(1);
    }

    @Override
    public DStream<T> remember(Duration duration) {
        graph.refuseUnlessDeclaring("'remember'");
        RememberedBatches known = remembered;
        if (known == null) {
            remembered = new RememberedBatches(duration);
            new Node.Remember(graph, node, remembered);
        } else {
            known.atLeast(duration);
        }
        return this;
    }

    @Override
    public List<Batch<T>> slice(Instant from, Instant to) {
        RememberedBatches known = remembered;
        if (known == null) {
            throw new IllegalStateException(node.place()
                    + " does not remember its batches: call remember(Duration) on this stream before start");
        }
        if (context().state() == ContextState.INITIALIZED) {
            throw new IllegalStateException(
                    node.place() + " has not been initialized: call slice after the context was started");
        }
        return erase(known.between(from, to, node.slide()));
    }

    @Override
    public void foreachBatch(String name, BatchFunction<T> function) {
        output(graph.claimOutput(name), function);
    }

    @Override
    public void foreachBatch(String name, OutputPolicy policy, BatchFunction<T> function) {
        new Node.Output(
                graph, node, graph.claimOutput(name), policy, GraphStream.<BatchFunction<Object>>erase(function));
    }

    @Override
    public void foreachBatch(BatchFunction<T> function) {
        output(graph.nextOutput(), function);
    }

    @Override
    public void print(int n) {
        output(graph.nextOutput(), new Printer<>(n));
    }

    @Override
    public void save(String name, SinkTarget<? super T> target) {
        save(name, OutputPolicy.stop(), target);
    }

    @Override
    public void save(String name, OutputPolicy policy, SinkTarget<? super T> target) {
        new Node.Output(graph, node, graph.claimOutput(name), policy, target);
    }

    @Override
    public void saveAsTextFiles(String prefix, String suffix) {
        if (prefix.isBlank()) {
            throw new IllegalArgumentException("saveAsTextFiles to a blank prefix: give a path, such as out/words");
        }
        SinkTarget<T> target = new SinkTarget<>(TextFilesProvider.NAME, Map.of("prefix", prefix, "suffix", suffix));
        new Node.Output(graph, node, graph.nextOutput(), OutputPolicy.stop(), target);
    }

    final Node unionWith(List<? extends DStream<?>> others) {
        List<Node> all = new ArrayList<>();
        all.add(node);
        others.forEach(other -> all.add(nodeOf("union", other)));
        return new Node.Union(graph, "union", all);
    }

    /** The node of another stream, which must be of the same context. */
    final Node nodeOf(String label, DStream<?> other) {
        if (!(other instanceof GraphStream<?> that) || that.graph != graph) {
            throw new IllegalArgumentException("'" + label + "' at " + CallSite.find()
                    + " of streams of different contexts: declare both on the same one");
        }
        return that.node;
    }

    final Node filtered(FilterFunction<? super T> predicate) {
        return new Node.Narrow(
                graph, "filter", node, true, (batch, next) -> new Operators.Filter(erase(predicate), next));
    }

    final Node spread(String label, int partitions) {
        return new Node.Exchange(graph, label, node, new Spread(true), positive(label, partitions));
    }

    static int positive(String label, int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "'" + label + "' at " + CallSite.find() + " into " + partitions + " partitions: give at least 1");
        }
        return partitions;
    }

    private Node narrow(String label, Operator.Maker maker) {
        return new Node.Narrow(graph, label, node, false, maker);
    }

    private Node partitionwise(String label, PartitionFunction<Object, Object> function) {
        return Node.Narrow.ofPartitions(
                graph, label, node, (batch, next) -> new Operators.MapPartitions(function, next));
    }

    private <R> DStream<R> stream(Node made) {
        return new GraphStream<>(graph, made);
    }

    private void output(String name, BatchFunction<T> function) {
        new Node.Output(graph, node, name, OutputPolicy.stop(), GraphStream.<BatchFunction<Object>>erase(function));
    }

    /** Elements are plain objects inside the engine; the program's types were checked where it was compiled. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <F> F erase(Object typed) {
        return (F) typed;
    }
}
