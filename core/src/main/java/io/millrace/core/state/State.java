// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that a program keeps from batch to batch, in numbered partitions. Loaded before the first batch by one
 * thread; then each partition belongs to the task that runs it.
 */
public interface State {
    /** Identifies it for ever. */
    String name();

    /** The names under which earlier versions of the program kept it, the latest first. */
    default List<String> formerNames() {
        return List.of();
    }

    /** What it is, as far as what is stored depends on that. */
    StateDefinition definition();

    /** Whether what it emits are pairs, each key in the partition of its hash and at most once per batch. */
    boolean keyed();

    /** How far back in time the batches reach that it shows, in milliseconds; 0 if it is no window. */
    default long reach() {
        return 0;
    }

    /**
     * Whether what it holds changes as time passes, also in batches that its stream does not have: its operator gets the
     * end of those, without elements.
     */
    default boolean passes() {
        return false;
    }

    /** Whether it may be larger than memory: its keys need not all be looked at, and are written by codecs. */
    default boolean spills() {
        return false;
    }

    /** Before {@link #partition}, if it {@linkplain #spills spills}: what its partitions are made of. */
    default void tables(StateTables tables) {}

    /** Makes the partitions, empty. */
    void partition(int partitions);

    /**
     * Takes in what the program says that it holds at first; the checkpoint knows nothing of it.
     *
     * @return whether that is anything
     */
    default boolean begin() {
        return false;
    }

    /**
     * Before any chunk: what a checkpoint says of them all.
     *
     * @param definition what the state was when it was last written; null if that was not recorded
     * @param upTo the last batch that they are of, which may be before the last one committed
     */
    default void stored(@Nullable StateDefinition definition, long upTo) {}

    /**
     * Reads a chunk, which is not taken in yet. On any thread, several at a time.
     *
     * @return takes it in, in the order of the chunks
     */
    default LoadedChunk prepare(ByteReader chunk) {
        return new LoadedChunk() {
            @Override
            public int parts() {
                return 1;
            }

            @Override
            public void take(int part) {
                load(chunk);
            }
        };
    }

    /** Takes a chunk in; later ones count. */
    void load(ByteReader chunk);

    /** All chunks are in, which are those of the batches up to this one. */
    default void loaded(long lastCommitted) {}

    /** Whether what was made of the chunks is more than is stored, so that all of it must be written anew. */
    default boolean remade() {
        return false;
    }

    /** What becomes of it, for people, if it was stored as {@code definition}; nothing if it goes on as it was. */
    default List<String> changes(@Nullable StateDefinition definition) {
        return List.of();
    }

    /**
     * The operator that updates one partition in one batch.
     *
     * @param side takes what the state gives beside its elements; null if nobody wants it
     */
    StateOperator operator(int partition, BatchParameters batch, Operator next, @Nullable Operator side);

    /** The number of keys that it holds; may be a little behind while a batch runs. */
    long keys();
}
