// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import io.millrace.api.function.ReduceFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one partition of a state holds: a value per key. A {@link KeyTable} holds all of it in memory. Used by one thread
 * at a time, but for {@link #keys}. Hashes are those of {@link KeyTable#hash}.
 */
public interface StateTable {
    /** The number of keys; may be a little behind when another thread asks. */
    long keys();

    /** The value of a key, or null. */
    @Nullable
    Object find(Object key, int hash);

    /** The key that it holds and that equals this one, for a look at both; null if it is not known. */
    @Nullable
    Object own(Object key, int hash);

    /** Sets the value of a key. */
    void put(Object key, int hash, Object value);

    /** Removes a key, if it is there. */
    void remove(Object key, int hash);

    /**
     * Combines {@code value} with what the key has, or inserts it, and returns the result; can be taken back.
     *
     * @throws NullPointerException if they are combined to null; nothing is changed
     */
    Object merge(Object key, int hash, Object value, ReduceFunction<Object> function, KeyUndo undo) throws Exception;

    /** Passes every entry, in no order; the table must not be used meanwhile. */
    <X extends Exception> void forEach(KeyTable.Entry<X> consumer) throws X;
}
