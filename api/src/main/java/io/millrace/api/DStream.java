// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.function.BatchFunction;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.PairFlatMapFunction;
import io.millrace.api.function.PairFunction;

/**
 * A stream of batches of {@code T}: a description, from which operators make new ones. Nothing runs before
 * {@link StreamingContext#start()}; afterwards every operator is applied to every batch. The meaning of each operator is
 * that of Spark Streaming's {@code DStream} method of the same name.
 *
 * <p>Functions are called on task threads, several at a time, and may be called again for the same element when a batch
 * is run again. Declaring is not thread-safe.
 *
 * <p>Declaring an operator on a context that is not {@link ContextState#INITIALIZED} throws
 * {@link IllegalStateException}.
 *
 * @param <T> the element type
 * @since 0.1
 */
public interface DStream<T> {
    /** The context that this stream belongs to. */
    StreamingContext context();

    /** Applies {@code function} to each element. */
    <R> DStream<R> map(MapFunction<? super T, ? extends R> function);

    /** Keeps the elements for which {@code predicate} holds. */
    DStream<T> filter(FilterFunction<? super T> predicate);

    /** Replaces each element by those that {@code function} returns for it. */
    <R> DStream<R> flatMap(FlatMapFunction<? super T, ? extends R> function);

    /** Makes a pair of each element, so that operators by key can follow. */
    <K, V> PairDStream<K, V> mapToPair(PairFunction<? super T, ? extends K, ? extends V> function);

    /** Replaces each element by the pairs that {@code function} emits for it; spares the collection of a flatMap. */
    <K, V> PairDStream<K, V> flatMapToPair(PairFlatMapFunction<? super T, K, V> function);

    /** One number per batch: how many elements it has; 0 for an empty batch. */
    DStream<Long> count();

    /**
     * The elements of both streams, batch by batch. Both must be of the same context.
     *
     * @throws IllegalArgumentException if {@code other} belongs to another context
     */
    DStream<T> union(DStream<T> other);

    /**
     * Declares an output: {@code function} is called once per batch, in order of batch time and, within a batch, in
     * order of declaration, on the engine's output thread, after the batch's input is fixed durably and before the
     * batch is committed. If the process dies in between, the call is repeated after the restart with the same
     * {@link Batch#id() id}.
     *
     * @param name names the output for ever, in events and in what sinks store; unique in the program
     * @throws IllegalArgumentException if the name is blank or taken
     */
    void foreachBatch(String name, BatchFunction<T> function);

    /** Declares an output named {@code output-<n>}, n counting from 0. */
    void foreachBatch(BatchFunction<T> function);

    /** Prints the first ten elements of each batch to standard output, with the batch time above them. */
    default void print() {
        print(10);
    }

    /** Prints the first {@code n} elements of each batch to standard output, with the batch time above them. */
    void print(int n);
}
