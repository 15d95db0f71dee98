// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.CoGroup;
import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.Partitioner;
import io.millrace.api.StateSpec;
import io.millrace.api.StatefulDStream;
import io.millrace.api.Window;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.LookupFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.MergeFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.api.function.StateFunction;
import io.millrace.api.function.SupplierFunction;
import io.millrace.api.function.TimedStateFunction;
import io.millrace.api.function.TimedUpdateFunction;
import io.millrace.api.function.UpdateFunction;
import io.millrace.core.exchange.CombineByKey;
import io.millrace.core.exchange.Exchanger;
import io.millrace.core.exchange.Join;
import io.millrace.core.exchange.KeyRouting;
import io.millrace.core.exchange.Lists;
import io.millrace.core.exchange.ReduceByKey;
import io.millrace.core.exchange.Route;
import io.millrace.core.operator.EventTimes;
import io.millrace.core.operator.FunctionOperator;
import io.millrace.core.operator.Joins;
import io.millrace.core.operator.Lookup;
import io.millrace.core.operator.Operator;
import io.millrace.core.operator.PairOperators;
import io.millrace.core.state.EventTimeState;
import io.millrace.core.state.KeyWindowState;
import io.millrace.core.state.MapState;
import io.millrace.core.state.RunningReduceState;
import io.millrace.core.state.State;
import io.millrace.core.state.UpdateState;
import io.millrace.core.table.KeyTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stream of pairs: each method adds a node. */
class GraphPairStream<K, V> extends GraphStream<Pair<K, V>> implements PairDStream<K, V> {
    GraphPairStream(Graph graph, Node node) {
        super(graph, node);
    }

    @Override
    public PairDStream<K, V> filter(FilterFunction<? super Pair<K, V>> predicate) {
        return pairs(filtered(predicate));
    }

    @Override
    public PairDStream<K, V> union(DStream<Pair<K, V>> other) {
        return union(List.of(other));
    }

    @Override
    public PairDStream<K, V> union(List<? extends DStream<Pair<K, V>>> others) {
        return pairs(unionWith(others));
    }

    @Override
    public PairDStream<K, V> repartition(int partitions) {
        return pairs(spread("repartition", partitions));
    }

    @Override
    public PairDStream<K, V> remember(Duration duration) {
        super.remember(duration);
        return this;
    }

    @Override
    public PairDStream<K, V> window(String name, Codec<Pair<K, V>> codec, Window window) {
        return pairs(windowed(name, codec, window));
    }

    @Override
    public <W> PairDStream<K, W> mapValues(MapFunction<? super V, ? extends W> function) {
        return pairs(keeping("mapValues", (batch, next) -> new PairOperators.MapValues(erase(function), next)));
    }

    @Override
    public <W> PairDStream<K, W> flatMapValues(FlatMapFunction<? super V, ? extends W> function) {
        return pairs(new Node.Narrow(
                graph,
                "flatMapValues",
                node,
                false,
                (batch, next) -> new PairOperators.FlatMapValues(erase(function), next)));
    }

    @Override
    public PairDStream<K, V> reduceByKey(ReduceFunction<V> function) {
        return pairs(exchange("reduceByKey", reducing(function, true), 0));
    }

    @Override
    public PairDStream<K, V> reduceByKey(ReduceFunction<V> function, int partitions) {
        return pairs(exchange("reduceByKey", reducing(function, true), positive("reduceByKey", partitions)));
    }

    @Override
    public PairDStream<K, V> reduceByKey(ReduceFunction<V> function, Partitioner<K> partitioner) {
        return pairs(exchange(
                "reduceByKey",
                new ReduceByKey(erase(function), KeyRouting.by(erase(partitioner)), true),
                positive("reduceByKey", partitioner.partitions())));
    }

    @Override
    public PairDStream<K, List<V>> groupByKey() {
        return pairs(exchange("groupByKey", grouping(KeyRouting.HASH, true), 0));
    }

    @Override
    public PairDStream<K, List<V>> groupByKey(int partitions) {
        return pairs(exchange("groupByKey", grouping(KeyRouting.HASH, true), positive("groupByKey", partitions)));
    }

    @Override
    public PairDStream<K, List<V>> groupByKey(Partitioner<K> partitioner) {
        return pairs(exchange(
                "groupByKey",
                grouping(KeyRouting.by(erase(partitioner)), true),
                positive("groupByKey", partitioner.partitions())));
    }

    @Override
    public <C> PairDStream<K, C> combineByKey(
            MapFunction<? super V, C> create, MergeFunction<C, ? super V> merge, ReduceFunction<C> combine) {
        return pairs(exchange("combineByKey", combining(create, merge, combine), 0));
    }

    @Override
    public <C> PairDStream<K, C> combineByKey(
            MapFunction<? super V, C> create,
            MergeFunction<C, ? super V> merge,
            ReduceFunction<C> combine,
            int partitions) {
        return pairs(exchange("combineByKey", combining(create, merge, combine), positive("combineByKey", partitions)));
    }

    @Override
    public <C> PairDStream<K, C> aggregateByKey(
            SupplierFunction<C> zero, MergeFunction<C, ? super V> merge, ReduceFunction<C> combine) {
        MapFunction<V, C> create = value -> merge.apply(zero.get(), value);
        return pairs(exchange("aggregateByKey", combining(create, merge, combine), 0));
    }

    @Override
    public <W> PairDStream<K, CoGroup<V, W>> cogroup(PairDStream<K, W> other) {
        return joined("cogroup", other, 0, Joins.CoGroups::new);
    }

    @Override
    public <W> PairDStream<K, CoGroup<V, W>> cogroup(PairDStream<K, W> other, int partitions) {
        return joined("cogroup", other, positive("cogroup", partitions), Joins.CoGroups::new);
    }

    @Override
    public <W> PairDStream<K, Pair<V, W>> join(PairDStream<K, W> other) {
        return joined("join", other, 0, Joins.Inner::new);
    }

    @Override
    public <W> PairDStream<K, Pair<V, W>> join(PairDStream<K, W> other, int partitions) {
        return joined("join", other, positive("join", partitions), Joins.Inner::new);
    }

    @Override
    public <W> PairDStream<K, Pair<V, Optional<W>>> leftOuterJoin(PairDStream<K, W> other) {
        return outer("leftOuterJoin", other, false, true);
    }

    @Override
    public <W> PairDStream<K, Pair<Optional<V>, W>> rightOuterJoin(PairDStream<K, W> other) {
        return outer("rightOuterJoin", other, true, false);
    }

    @Override
    public <W> PairDStream<K, Pair<Optional<V>, Optional<W>>> fullOuterJoin(PairDStream<K, W> other) {
        return outer("fullOuterJoin", other, true, true);
    }

    @Override
    public <W> PairDStream<K, Pair<V, Optional<W>>> lookup(int most, LookupFunction<K, W> table) {
        if (most < 1) {
            throw new IllegalArgumentException(
                    "'lookup' at " + CallSite.find() + " of " + most + " pairs at once: give at least 1");
        }
        return pairs(keeping("lookup", (batch, next) -> new Lookup(most, erase(table), next)));
    }

    @Override
    public PairDStream<K, Double> ratePerKey(String name, Codec<K> keys, Window window) {
        double seconds = window.length().toMillis() / 1000.0;
        Node ones = keeping("mapValues", (batch, next) -> new PairOperators.MapValues(value -> 1L, next));
        return new GraphPairStream<K, Long>(graph, ones)
                .windowed(
                        "ratePerKey",
                        StateSpec.named(name, keys, Codecs.LONG),
                        window,
                        Long::sum,
                        (total, leaving) -> total - leaving,
                        pair -> pair.value() != 0)
                .mapValues(count -> count / seconds);
    }

    @Override
    public PairDStream<K, List<V>> groupByKeyAndWindow(String name, Codec<K> keys, Codec<V> values, Window window) {
        ReduceFunction<List<V>> concatenate = (left, right) -> {
            List<V> both = new ArrayList<>(left.size() + right.size());
            both.addAll(left);
            both.addAll(right);
            return both;
        };
        StateSpec<K, List<V>> spec = StateSpec.named(name, keys, Codecs.list(values));
        Node grouped = exchange("groupByKey", "groupByKeyAndWindow", grouping(KeyRouting.HASH, false), 0);
        return new GraphPairStream<K, List<V>>(graph, grouped)
                .windowed("groupByKeyAndWindow", spec, window, concatenate, null, null);
    }

    @Override
    public PairDStream<K, V> reduceByKeyAndWindow(StateSpec<K, V> state, Window window, ReduceFunction<V> function) {
        return windowed("reduceByKeyAndWindow", state, window, function, null, null);
    }

    @Override
    public PairDStream<K, V> reduceByKeyAndWindow(
            StateSpec<K, V> state, Window window, ReduceFunction<V> function, ReduceFunction<V> inverse) {
        return windowed("reduceByKeyAndWindow", state, window, function, inverse, null);
    }

    @Override
    public PairDStream<K, V> reduceByKeyAndWindow(
            StateSpec<K, V> state,
            Window window,
            ReduceFunction<V> function,
            ReduceFunction<V> inverse,
            FilterFunction<? super Pair<K, V>> keep) {
        return windowed("reduceByKeyAndWindow", state, window, function, inverse, keep);
    }

    /** The engine's side of a stream of pairs. */
    static <K, V> GraphPairStream<K, V> of(PairDStream<K, V> stream) {
        return (GraphPairStream<K, V>) stream;
    }

    final PairDStream<K, V> windowed(
            String label,
            StateSpec<K, V> spec,
            Window window,
            ReduceFunction<V> function,
            @Nullable ReduceFunction<V> inverse,
            @Nullable FilterFunction<? super Pair<K, V>> keep) {
        noInitial(label, spec);
        long slide = Windows.slide(label, node, window);
        State state = new KeyWindowState(
                label,
                erase(spec),
                window.length().toMillis(),
                slide,
                notNull(function),
                inverse == null ? null : notNull(inverse),
                keep == null ? null : erase(keep));
        return pairs(stateful(label, slide, brought(label, reducing(function, false), spec), state));
    }

    @Override
    public <A> EventTimeDStream<K, V, A> reduceByKeyAndEventTime(
            StateSpec<K, A> spec, EventTime<V> time, MapFunction<? super V, A> value, ReduceFunction<A> combine) {
        noInitial("reduceByKeyAndEventTime", spec);
        EventTimeState state =
                new EventTimeState(erase(spec), node.dueEvery(), erase(time), notNull(value), notNull(combine));
        Node timed = new Node.Narrow(
                graph,
                "reduceByKeyAndEventTime",
                node,
                true,
                (batch, next) -> new EventTimes(
                        spec.name(), erase(time.timestamps()), state.latestRight(batch.present()), next));
        Node routed = new Node.Exchange(
                graph, "route", "reduceByKeyAndEventTime", timed, new Route(KeyRouting.HASH, true), spec.partitions());
        return new GraphEventTimeStream<>(graph, stateful("reduceByKeyAndEventTime", node.slide(), routed, state));
    }

    @Override
    public <S> PairDStream<K, S> updateStateByKey(StateSpec<K, S> spec, UpdateFunction<V, S> function) {
        TimedUpdateFunction<K, V, S> timed = (time, key, values, state) -> function.apply(values, state);
        return updateStateByKey(spec, timed);
    }

    @Override
    public <S> PairDStream<K, S> updateStateByKey(StateSpec<K, S> spec, TimedUpdateFunction<K, V, S> function) {
        noTimeout("updateStateByKey", spec);
        Node grouped = exchange("groupByKey", "updateStateByKey", grouping(KeyRouting.HASH, true), spec.partitions());
        return pairs(stateful(
                "updateStateByKey",
                node.slide(),
                grouped,
                new UpdateState(erase(spec), node.dueEvery(), erase(function))));
    }

    @Override
    public <S, R> StatefulDStream<K, S, R> mapWithState(StateSpec<K, S> spec, StateFunction<K, V, S, R> function) {
        TimedStateFunction<K, V, S, R> timed = (time, key, value, state) -> {
            R made = function.apply(key, value, state);
            if (made == null) {
                throw FunctionOperator.returnedNull(
                        "give a function that gets the time too, whose Optional may be empty");
            }
            return Optional.of(made);
        };
        return mapWithState(spec, timed);
    }

    @Override
    public <S, R> StatefulDStream<K, S, R> mapWithState(StateSpec<K, S> spec, TimedStateFunction<K, V, S, R> function) {
        Node routed = exchange("route", "mapWithState", new Route(KeyRouting.HASH, false), spec.partitions());
        MapState state = new MapState(erase(spec), node.dueEvery(), erase(function));
        return new GraphStatefulStream<>(graph, stateful("mapWithState", node.slide(), routed, state));
    }

    @Override
    public PairDStream<K, V> runningReduce(String name, Codec<K> keys, Codec<V> values, ReduceFunction<V> function) {
        return runningReduce(StateSpec.named(name, keys, values), function);
    }

    @Override
    public PairDStream<K, V> runningReduce(StateSpec<K, V> spec, ReduceFunction<V> function) {
        noTimeout("runningReduce", spec);
        return pairs(stateful(
                "runningReduce",
                node.slide(),
                brought("runningReduce", reducing(function, false), spec),
                new RunningReduceState(erase(spec), erase(function))));
    }

    /** This stream with each key in one partition, once per batch: as it is, if that is so and suits the state. */
    private Node brought(String operator, Exchanger exchanger, StateSpec<K, ?> spec) {
        return node.keyed() && spec.partitions() == 0
                ? node
                : exchange("combine", operator, exchanger, spec.partitions());
    }

    private Node.Stateful stateful(String label, long slide, Node input, State state) {
        graph.claimState(state.name());
        return new Node.Stateful(graph, label, input, slide, state);
    }

    private static void noTimeout(String label, StateSpec<?, ?> spec) {
        if (spec.timeout().isPresent()) {
            throw new IllegalArgumentException("'" + label + "' at " + CallSite.find() + ": state '" + spec.name()
                    + "' has a timeout, which only mapWithState knows: leave it out or use mapWithState");
        }
    }

    private static void noInitial(String label, StateSpec<?, ?> spec) {
        noTimeout(label, spec);
        if (!spec.initial().isEmpty()) {
            throw new IllegalArgumentException("'" + label + "' at " + CallSite.find() + ": state '" + spec.name()
                    + "' has initial entries, which belong to no batch of a window: leave them out");
        }
    }

    private <W, R> PairDStream<K, R> joined(String label, PairDStream<K, W> other, int partitions, Operator.Step step) {
        return met(
                label, side(label, node, true, true), side(label, nodeOf(label, other), false, true), partitions, step);
    }

    /** An outer join; what may miss is an Optional, which cannot hold a null. */
    private <W, R> PairDStream<K, R> outer(
            String label, PairDStream<K, W> other, boolean leftMayMiss, boolean rightMayMiss) {
        Node left = side(label, node, true, !leftMayMiss);
        Node right = side(label, nodeOf(label, other), false, !rightMayMiss);
        return met(label, left, right, 0, next -> new Joins.Outer(leftMayMiss, rightMayMiss, next));
    }

    private <R> PairDStream<K, R> met(String label, Node left, Node right, int partitions, Operator.Step step) {
        Node both = new Node.Union(graph, label, List.of(left, right));
        Node met = new Node.Exchange(graph, label, both, new Join(), partitions);
        return pairs(new Node.Narrow(graph, label, met, false, (batch, next) -> step.make(next)));
    }

    private Node side(String label, Node parent, boolean left, boolean nulls) {
        return new Node.Narrow(graph, label, parent, false, (batch, next) -> new Join.Side(left, nulls, next));
    }

    private Node keeping(String label, Operator.Maker maker) {
        return new Node.Narrow(graph, label, node, true, maker);
    }

    private Node exchange(String label, Exchanger exchanger, int partitions) {
        return new Node.Exchange(graph, label, node, exchanger, partitions);
    }

    /**
     * Part of an operator.
     *
     * @param operator the name of the whole
     */
    private Node exchange(String label, String operator, Exchanger exchanger, int partitions) {
        return new Node.Exchange(graph, label, operator, node, exchanger, partitions);
    }

    /** {@link #reduceByKey} as a part of another operator. */
    final PairDStream<K, V> combined(String operator, ReduceFunction<V> function, int partitions) {
        return pairs(exchange("reduceByKey", operator, reducing(function, true), partitions));
    }

    private static Exchanger reducing(ReduceFunction<?> function, boolean nulls) {
        return new ReduceByKey(erase(function), KeyRouting.HASH, nulls);
    }

    private static Exchanger grouping(KeyRouting routing, boolean nulls) {
        return new CombineByKey(Lists::of, Lists::add, Lists::addAll, routing, nulls);
    }

    /** What is kept of a key is never null. */
    private static ReduceFunction<Object> notNull(ReduceFunction<?> function) {
        ReduceFunction<Object> erased = erase(function);
        return (left, right) -> {
            Object made = erased.apply(left, right);
            if (made == null) {
                throw KeyTable.nothing();
            }
            return made;
        };
    }

    private static MapFunction<Object, Object> notNull(MapFunction<?, ?> function) {
        MapFunction<Object, Object> erased = erase(function);
        return value -> {
            Object made = erased.apply(value);
            if (made == null) {
                throw KeyTable.nothing();
            }
            return made;
        };
    }

    private static Exchanger combining(MapFunction<?, ?> create, MergeFunction<?, ?> merge, ReduceFunction<?> combine) {
        return new CombineByKey(erase(create), erase(merge), erase(combine), KeyRouting.HASH, true);
    }

    private <A, B> PairDStream<A, B> pairs(Node made) {
        return new GraphPairStream<>(graph, made);
    }
}
