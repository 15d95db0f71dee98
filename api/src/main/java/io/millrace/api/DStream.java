// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.codec.Codec;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A stream of batches of {@code T}: a description, from which operators make new ones. Nothing runs before
 * {@link StreamingContext#start()}; afterwards every operator is applied to every batch. The meaning of each operator is
 * that of Spark Streaming's {@code DStream} method of the same name.
 *
 * <p>Functions are called on task threads, several at a time, and may be called again for the same element when a batch
 * is run again. Declaring is not thread-safe.
 *
 * <p>An element may be null, unless an operator says that it refuses null. Such an operator treats a null like an element on
 * which a function throws: the task fails or does without the element, as {@code records.on-error} says.
 *
 * <p>A stream that slides has no batch at some batch times. Nothing behind it runs then.
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

    /** Replaces each element by the elements that {@code function} returns. The function must return a list, not null. */
    <R> DStream<R> flatMap(FlatMapFunction<? super T, ? extends R> function);

    /**
     * Makes a pair of each element, so that operators by key can follow. The pair must not be null. The key must not be
     * null if an operator by key follows.
     */
    <K, V> PairDStream<K, V> mapToPair(PairFunction<? super T, ? extends K, ? extends V> function);

    /**
     * Replaces each element by the pairs that {@code function} emits for it; spares the collection of a flatMap. What a
     * later operator throws fails the task, even if the function catches it.
     */
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
     * The elements of this stream and of others, batch by batch.
     *
     * @throws IllegalArgumentException if one belongs to another context or has another slide
     */
    DStream<T> union(List<? extends DStream<T>> others);

    /**
     * One list per partition with all its elements; an empty list for an empty partition. A batch has at least one
     * partition.
     */
    DStream<List<T>> glom();

    /**
     * Replaces the elements of each partition by the elements that {@code function} returns for the whole partition. The
     * function is called for a partition without elements too. A batch has at least one partition. A function that returns
     * null stops the program.
     */
    <R> DStream<R> mapPartitions(PartitionFunction<T, R> function);

    /** Divides the elements evenly among {@code partitions} partitions. */
    DStream<T> repartition(int partitions);

    /**
     * One element per batch: all elements combined by {@code function}, associative and commutative; none for an empty
     * batch. Null is combined like any other element, and may be the result.
     */
    DStream<T> reduce(ReduceFunction<T> function);

    /** Each distinct element with the number of times that it occurs in the batch. Refuses null. */
    PairDStream<T, Long> countByValue();

    /** {@link #countByValue()} into a given number of partitions. */
    PairDStream<T, Long> countByValue(int partitions);

    /**
     * Makes a new batch of each whole batch, given its time. The function runs in one task, for what no other operator
     * does; if it returns null, the program is stopped by an error that names this operator.
     */
    <R> DStream<R> transform(TransformFunction<T, R> function);

    /** {@link #transform} over this stream and another of the same slide. */
    <U, R> DStream<R> transformWith(DStream<U> other, TransformWithFunction<T, U, R> function);

    /**
     * Makes one element of each by a function that answers later, such as a call to a service. Calls overlap; a task
     * waits for its own at the end. The function must not return null; it may answer null.
     */
    <R> DStream<R> mapAsync(AsyncCalls calls, AsyncFunction<? super T, R> function);

    /** The first {@code n} elements of each batch by an order, in one partition, in that order. Refuses null. */
    DStream<T> top(int n, SerializableComparator<? super T> order);

    /**
     * The elements of a window of batches. They are state: each batch's elements are written once, with {@code codec},
     * so that the window survives a restart and the inputs need not be read again. Refuses null.
     *
     * @param name identifies the state for ever; unique in the program
     * @throws IllegalArgumentException if length or slide is not a multiple of this stream's slide
     */
    DStream<T> window(String name, Codec<T> codec, Window window);

    /**
     * {@link #reduce} over a window; batches are reduced one by one, and what each came to is kept. Refuses null; a
     * function that returns it stops the program.
     *
     * @param name identifies the state for ever; unique in the program
     */
    DStream<T> reduceByWindow(String name, Codec<T> codec, Window window, ReduceFunction<T> function);

    /**
     * {@link #reduceByWindow} that takes out what leaves the window instead of combining all that is in it.
     *
     * @param inverse takes the right value out of the left one
     */
    DStream<T> reduceByWindow(
            String name, Codec<T> codec, Window window, ReduceFunction<T> function, ReduceFunction<T> inverse);

    /**
     * The number of elements in a window; 0 for an empty one.
     *
     * @param name identifies the state for ever; unique in the program
     */
    DStream<Long> countByWindow(String name, Window window);

    /**
     * Each distinct element in a window with the number of times that it occurs there. Refuses null.
     *
     * @param name identifies the state for ever; unique in the program
     */
    PairDStream<T, Long> countByValueAndWindow(String name, Codec<T> codec, Window window);

    /**
     * Keeps this stream's batches in memory for {@link #slice}: those of the last {@code duration}, counted from the
     * newest whose outputs were called: in an output, from its own. They are not recovered after a restart.
     *
     * @return this stream
     */
    DStream<T> remember(Duration duration);

    /**
     * The batches of this stream whose times are in [{@code from}, {@code to}], both moved back to this stream's slide,
     * in order of time; batches that are not remembered are left out. May be called from any thread.
     *
     * @throws IllegalStateException if the context was not started, or the stream does not {@link #remember}
     */
    List<Batch<T>> slice(Instant from, Instant to);

    /**
     * Declares an output that goes to a sink, exactly once: however often the process dies, each batch is in the target
     * once. What is visible there, and when, the sink says.
     *
     * @param name names the output for ever, in events and in the target; unique in the program
     * @param target where to, as a plugin's builder describes it
     * @throws IllegalArgumentException if the name is blank or taken
     */
    void save(String name, SinkTarget<? super T> target);

    /** {@link #save(String, SinkTarget)} that says what to do with a batch that the sink does not take. */
    void save(String name, OutputPolicy policy, SinkTarget<? super T> target);

    /**
     * {@link #save(String, SinkTarget)} by the name of the sink's provider, for plugins whose classes the program does
     * not have at compile time. The provider says what elements it takes.
     *
     * @param provider the name that the plugin's provider gives itself, such as {@code jdbc}
     * @param settings the provider's settings by key; checked before anything starts
     */
    default void saveTo(String name, String provider, Map<String, String> settings) {
        save(name, new SinkTarget<>(provider, settings));
    }

    /**
     * Writes each batch as text, one element a line, UTF-8, to the directory {@code prefix-<batch time in
     * ms>[.suffix]}, a file for each partition. The directory appears complete or not at all, once the batch is
     * committed. As {@link #save} to {@link SinkTarget#textFiles}, under the name {@code output-<n>}.
     *
     * @param prefix path and beginning of the name
     * @param suffix may be empty
     */
    void saveAsTextFiles(String prefix, String suffix);

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

    /** {@link #foreachBatch(String, BatchFunction)} that says what to do with a batch when the function throws. */
    void foreachBatch(String name, OutputPolicy policy, BatchFunction<T> function);

    /** Declares an output named {@code output-<n>}, n counting from 0. */
    void foreachBatch(BatchFunction<T> function);

    /** Prints the first ten elements of each batch to standard output, with the batch time above them. */
    default void print() {
        print(10);
    }

    /** Prints the first {@code n} elements of each batch to standard output, with the batch time above them. */
    void print(int n);
}
