// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.codec.Codec;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A stream of pairs, with the operators that work by key. All but {@code mapValues} and {@code flatMapValues} refuse a key
 * that is null; a value may be null unless an operator says otherwise. What it is to refuse, {@link DStream} says.
 *
 * @param <K> the key's type: {@code equals} and {@code hashCode} by value, immutable
 * @param <V> the value's type: not changed after it was emitted
 * @since 0.1
 */
public interface PairDStream<K, V> extends DStream<Pair<K, V>> {
    @Override
    PairDStream<K, V> filter(FilterFunction<? super Pair<K, V>> predicate);

    @Override
    PairDStream<K, V> union(DStream<Pair<K, V>> other);

    @Override
    PairDStream<K, V> union(List<? extends DStream<Pair<K, V>>> others);

    @Override
    PairDStream<K, V> repartition(int partitions);

    @Override
    PairDStream<K, V> remember(Duration duration);

    @Override
    PairDStream<K, V> window(String name, Codec<Pair<K, V>> codec, Window window);

    /** Applies {@code function} to each value and leaves the keys. */
    <W> PairDStream<K, W> mapValues(MapFunction<? super V, ? extends W> function);

    /**
     * One pair per key and batch: all its values combined by {@code function}, which must be associative and
     * commutative. Values are combined before they are exchanged between partitions. Null is combined like any other value.
     */
    PairDStream<K, V> reduceByKey(ReduceFunction<V> function);

    /** {@link #reduceByKey(ReduceFunction)} into a given number of partitions. */
    PairDStream<K, V> reduceByKey(ReduceFunction<V> function, int partitions);

    /** {@link #reduceByKey(ReduceFunction)} into the partitions that {@code partitioner} gives. */
    PairDStream<K, V> reduceByKey(ReduceFunction<V> function, Partitioner<K> partitioner);

    /** Replaces each pair by one pair of its key for each value that {@code function} returns; it must not return null. */
    <W> PairDStream<K, W> flatMapValues(FlatMapFunction<? super V, ? extends W> function);

    /** One pair per key and batch, with all its values, in no order that matters. */
    PairDStream<K, List<V>> groupByKey();

    /** {@link #groupByKey()} into a given number of partitions. */
    PairDStream<K, List<V>> groupByKey(int partitions);

    /** {@link #groupByKey()} into the partitions that {@code partitioner} gives. */
    PairDStream<K, List<V>> groupByKey(Partitioner<K> partitioner);

    /**
     * One pair per key and batch: its values combined into something of another type. Values are combined before they
     * are exchanged between partitions. Values and combinations may be null.
     *
     * @param create makes the first combination of a value; what it returns belongs to the engine and may be changed by
     *     {@code merge}
     * @param merge takes a further value in
     * @param combine takes the combinations of two partitions together
     */
    <C> PairDStream<K, C> combineByKey(
            MapFunction<? super V, C> create, MergeFunction<C, ? super V> merge, ReduceFunction<C> combine);

    /** {@link #combineByKey} into a given number of partitions. */
    <C> PairDStream<K, C> combineByKey(
            MapFunction<? super V, C> create,
            MergeFunction<C, ? super V> merge,
            ReduceFunction<C> combine,
            int partitions);

    /** {@link #combineByKey} that begins with a neutral element. */
    <C> PairDStream<K, C> aggregateByKey(
            SupplierFunction<C> zero, MergeFunction<C, ? super V> merge, ReduceFunction<C> combine);

    /** For each key that either stream has in a batch, its values in both. */
    <W> PairDStream<K, CoGroup<V, W>> cogroup(PairDStream<K, W> other);

    /** {@link #cogroup(PairDStream)} into a given number of partitions. */
    <W> PairDStream<K, CoGroup<V, W>> cogroup(PairDStream<K, W> other, int partitions);

    /** A pair for each two values that a key has in the two streams, in the same batch. */
    <W> PairDStream<K, Pair<V, W>> join(PairDStream<K, W> other);

    /** {@link #join(PairDStream)} into a given number of partitions. */
    <W> PairDStream<K, Pair<V, W>> join(PairDStream<K, W> other, int partitions);

    /** {@link #join}, with the keys that only this stream has. Refuses values of the other that are null. */
    <W> PairDStream<K, Pair<V, Optional<W>>> leftOuterJoin(PairDStream<K, W> other);

    /** {@link #join}, with the keys that only the other stream has. Refuses values of this one that are null. */
    <W> PairDStream<K, Pair<Optional<V>, W>> rightOuterJoin(PairDStream<K, W> other);

    /** {@link #join}, with the keys that only one of the streams has. Refuses values that are null. */
    <W> PairDStream<K, Pair<Optional<V>, Optional<W>>> fullOuterJoin(PairDStream<K, W> other);

    /**
     * Joins with a table that is elsewhere: each pair with what its key has there, if anything. The table is asked for
     * many keys at once. A null in its answer is as no answer for that key; a null instead of it stops the program.
     *
     * @param most how many pairs of a task wait at most for one question
     */
    <W> PairDStream<K, Pair<V, Optional<W>>> lookup(int most, LookupFunction<K, W> table);

    /**
     * How often each key comes per second, over a window.
     *
     * @param name identifies the state for ever; unique in the program
     */
    PairDStream<K, Double> ratePerKey(String name, Codec<K> keys, Window window);

    /**
     * {@link #groupByKey} over a window. Each batch's values are written once, as state. Refuses values that are null.
     *
     * @param name identifies the state for ever; unique in the program
     */
    PairDStream<K, List<V>> groupByKeyAndWindow(String name, Codec<K> keys, Codec<V> values, Window window);

    /**
     * {@link #reduceByKey} over a window: batches are reduced one by one, what each came to is kept as state, and the
     * batches in the window are combined. Costs as much per slide as the window has keys and batches. Refuses values that
     * are null; a function that returns null stops the program.
     *
     * @throws IllegalArgumentException if length or slide is not a multiple of this stream's slide
     */
    PairDStream<K, V> reduceByKeyAndWindow(StateSpec<K, V> state, Window window, ReduceFunction<V> function);

    /**
     * {@link #reduceByKeyAndWindow(StateSpec, Window, ReduceFunction)} that keeps the window's totals as state too, takes
     * what enters in and what leaves out: its cost does not depend on the length of the window. A key whose values have
     * all left stays, with what is left of its value.
     *
     * @param inverse takes the right value out of the left one
     */
    PairDStream<K, V> reduceByKeyAndWindow(
            StateSpec<K, V> state, Window window, ReduceFunction<V> function, ReduceFunction<V> inverse);

    /**
     * {@link #reduceByKeyAndWindow(StateSpec, Window, ReduceFunction, ReduceFunction)} that forgets keys.
     *
     * @param keep whether a key and its total stay in the window's totals
     */
    PairDStream<K, V> reduceByKeyAndWindow(
            StateSpec<K, V> state,
            Window window,
            ReduceFunction<V> function,
            ReduceFunction<V> inverse,
            FilterFunction<? super Pair<K, V>> keep);

    /**
     * Windows over event time, per key: each value is turned into something by {@code value}, and what is in a window is
     * combined. A {@code value} or {@code combine} that returns null stops the program.
     *
     * @param state names what is kept: windows that are not over
     * @param time which windows, and when a value happened
     * @param combine associative and commutative
     */
    <A> EventTimeDStream<K, V, A> reduceByKeyAndEventTime(
            StateSpec<K, A> state, EventTime<V> time, MapFunction<? super V, A> value, ReduceFunction<A> combine);

    /**
     * Keeps a state per key. In each batch, the function is called for each key that has a state or values, and the
     * stream has every key that has a state then: its cost follows the keys held. {@link #mapWithState} follows the keys
     * touched. Values in the list may be null; a function that returns null stops the program.
     */
    <S> PairDStream<K, S> updateStateByKey(StateSpec<K, S> state, UpdateFunction<V, S> function);

    /** {@link #updateStateByKey(StateSpec, UpdateFunction)} with the batch time and the key. */
    <S> PairDStream<K, S> updateStateByKey(StateSpec<K, S> state, TimedUpdateFunction<K, V, S> function);

    /**
     * Calls a function for each pair, with the state of its key, and has the elements that it makes. Keys that are idle
     * for longer than the {@linkplain StateSpec#timeout timeout} are removed; this is looked at in every batch of the stream.
     * Refuses values that are null; a function that returns null stops the program.
     */
    <S, R> StatefulDStream<K, S, R> mapWithState(StateSpec<K, S> state, StateFunction<K, V, S, R> function);

    /** {@link #mapWithState(StateSpec, StateFunction)} with the batch time, and any pair may make no element. */
    <S, R> StatefulDStream<K, S, R> mapWithState(StateSpec<K, S> state, TimedStateFunction<K, V, S, R> function);

    /**
     * Keeps, for every key ever seen, all its values combined by {@code function} (associative and commutative), and
     * emits, per batch, the keys touched with their new totals. The totals are state: recovered after a crash and after
     * an upgrade of the program, exactly once per committed batch. Refuses values that are null; a function that returns
     * null stops the program.
     *
     * @param name identifies the state for ever; unique in the program. A program that declares another name starts
     *     empty and leaves the old state where it is
     * @param keys how keys are written to the state's log
     * @param values how totals are written to the state's log
     * @throws IllegalArgumentException if the name is blank or taken
     */
    PairDStream<K, V> runningReduce(String name, Codec<K> keys, Codec<V> values, ReduceFunction<V> function);

    /** {@link #runningReduce(String, Codec, Codec, ReduceFunction)} with initial totals or a number of partitions. */
    PairDStream<K, V> runningReduce(StateSpec<K, V> state, ReduceFunction<V> function);
}
