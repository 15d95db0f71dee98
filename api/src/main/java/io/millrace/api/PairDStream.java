// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.codec.Codec;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.ReduceFunction;

/**
 * A stream of pairs, with the operators that work by key.
 *
 * @param <K> the key's type: {@code equals} and {@code hashCode} by value, immutable
 * @param <V> the value's type: not changed after it was emitted
 * @since 0.1
 */
public interface PairDStream<K, V> extends DStream<Pair<K, V>> {
    /** Applies {@code function} to each value and leaves the keys. */
    <W> PairDStream<K, W> mapValues(MapFunction<? super V, ? extends W> function);

    /**
     * One pair per key and batch: all its values combined by {@code function}, which must be associative and
     * commutative. Values are combined before they are exchanged between partitions.
     */
    PairDStream<K, V> reduceByKey(ReduceFunction<V> function);

    /** {@link #reduceByKey(ReduceFunction)} into a given number of partitions. */
    PairDStream<K, V> reduceByKey(ReduceFunction<V> function, int partitions);

    /**
     * Keeps, for every key ever seen, all its values combined by {@code function} (associative and commutative), and
     * emits, per batch, the keys touched with their new totals. The totals are state: recovered after a crash and after
     * an upgrade of the program, exactly once per committed batch.
     *
     * @param name identifies the state for ever; unique in the program. A program that declares another name starts
     *     empty and leaves the old state where it is
     * @param keys how keys are written to the state's log
     * @param values how totals are written to the state's log
     * @throws IllegalArgumentException if the name is blank or taken
     */
    PairDStream<K, V> runningReduce(String name, Codec<K> keys, Codec<V> values, ReduceFunction<V> function);
}
