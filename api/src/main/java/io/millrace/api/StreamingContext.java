// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.function.TransformAllFunction;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A program's handle: batch interval, inputs, start, stop. Declare inputs, operators and at least one output, then
 * {@link #start()}. Any number of contexts may live in one JVM; they share nothing.
 *
 * <p>Declaring is for one thread; {@link #start}, {@link #stop}, {@link #awaitTermination} and the getters may be called
 * from any thread, a listener's included.
 *
 * @since 0.1
 */
public interface StreamingContext extends AutoCloseable {
    /**
     * Begins a context for the program of this id. The id names the program in its ledger: a checkpoint that belongs to
     * another program is refused.
     *
     * @param programId letters, digits, {@code .}, {@code _} and {@code -}; at most 200 characters
     */
    static StreamingContextBuilder builder(String programId) {
        return new StreamingContextBuilder(programId);
    }

    /** The id given to {@link #builder(String)}. */
    String programId();

    /** The batch interval. */
    Duration batchInterval();

    /** Where the context is in its life. */
    ContextState state();

    /** Declares an input whose records are decoded by the source's own decoder. */
    <T> DStream<T> receive(Source<T> source);

    /**
     * Declares an input by the name of its provider, for plugins whose classes the program does not have at compile
     * time. The stream's name is the provider's.
     *
     * @param provider the name that the plugin's provider gives itself, such as {@code kafka-reliable}
     * @param settings the provider's settings by key; checked before anything starts
     * @throws MillraceException if another input has that name: two of a provider need names of their own, since a
     *     checkpoint could not tell them apart
     */
    RecordStream receive(String provider, Map<String, String> settings);

    /**
     * Declares an input by the name of its provider, under a name of its own.
     *
     * @param stream names the input for ever in the ledger; unique in the program
     */
    RecordStream receive(String stream, String provider, Map<String, String> settings);

    /**
     * The elements of several streams, batch by batch.
     *
     * @throws IllegalArgumentException if there is none, or they differ in context or slide
     */
    <T> DStream<T> union(List<? extends DStream<T>> streams);

    /**
     * {@link DStream#transform} over several streams of the same slide.
     *
     * @throws IllegalArgumentException if there is none, or they differ in context or slide
     */
    <R> DStream<R> transform(List<? extends DStream<?>> streams, TransformAllFunction<R> function);

    /** A value that every task reads. May be made at any time. */
    <T> Broadcast<T> broadcast(T value);

    /**
     * A number that functions add to.
     *
     * @param name identifies it for ever; unique in the program
     * @throws IllegalStateException if the context is not {@link ContextState#INITIALIZED}
     */
    LongAccumulator accumulator(String name);

    /** Adds a listener; events that happen from now on reach it. */
    void addListener(StreamingListener listener);

    /** Removes a listener; events that are on their way to it are dropped. */
    void removeListener(StreamingListener listener);

    /**
     * Validates the program, recovers what its checkpoint holds, and starts. Starting an active context does nothing.
     *
     * @throws IllegalStateException if the context was stopped
     * @throws MillraceException if the program has no output, a setting is wrong, a provider is missing, the checkpoint
     *     is in use, damaged or another program's; the context is then {@link ContextState#STOPPED} and has left
     *     nothing behind
     */
    void start();

    /**
     * Waits until the context is stopped, by whomever.
     *
     * @throws MillraceException the error that stopped it, if one did
     */
    void awaitTermination() throws InterruptedException;

    /**
     * Waits until the context is stopped or {@code timeout} has passed.
     *
     * @return whether it is stopped
     * @throws MillraceException the error that stopped it, if one did
     */
    boolean awaitTermination(Duration timeout) throws InterruptedException;

    /**
     * Stops receiving, processes everything that was received, commits and closes: what Spark calls a graceful stop.
     * What is not finished at the deadline is durable and is finished by the next start. Called from a listener, a function
     * of the program or a plugin, it returns at once and the stop goes on. Called while {@link #start} stands by or
     * recovers, it ends that, which throws.
     *
     * @param deadline how long it may take at most, to a second; what is stuck then is interrupted and left behind
     * @return whether everything received was processed in time; where it returns at once, true; false if the caller is
     *     interrupted, while the stop goes on
     */
    boolean stopGracefully(Duration deadline);

    /**
     * {@link #stopGracefully} that also writes a <i>savepoint</i>: one file with all that the program would go on from,
     * which depends on no log store. The checkpoint stays as it is.
     *
     * @param savepoint the file to write, which must not exist
     * @param deadline how long the stop may take at most, the writing not included
     * @return whether the savepoint was written; if not, the stop did not end in time, or another was under way already,
     *     and nothing is lost
     * @throws MillraceException if the file exists, before anything is stopped, or cannot be written, after everything is
     * @throws IllegalStateException if the program does not run, or this is called from a listener or a function
     *     of the program
     */
    boolean stopWithSavepoint(Path savepoint, Duration deadline);

    /**
     * Stops now: the batch under way is abandoned and run again by the next start. Nothing that was acknowledged to a
     * source is lost. Stopping a context that was never started makes it {@link ContextState#STOPPED}; stopping twice
     * does nothing. If a stop is under way already, this returns when it is done. It does not wait longer than ten seconds, nor shorter if the caller is interrupted:
     * what has not returned by then is left behind. Called from a listener or a function of the program, it returns at once.
     * Called while {@link #start} stands by or recovers, it ends that, which throws.
     */
    void stop();

    /** {@link #stop()}. */
    @Override
    void close();
}
