// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.state;

import io.millrace.api.Experimental;
import org.jspecify.annotations.Nullable;

/**
 * Tables of bytes by bytes, one per state partition, that may be larger than memory. A store is a cache of what the
 * state's log says: it need not survive the process, needs no sync, and never decides what is committed.
 *
 * <p>Tables are used by different threads at the same time, each by one at a time. What cannot be read or written is a
 * {@link io.millrace.api.MillraceException} of code {@code EXTERNAL_SYSTEM} that names the place and the next step; the
 * engine then stops using the table, and rebuilds it by its next start.
 *
 * @since 0.1
 */
@Experimental
public interface StateStore extends AutoCloseable {
    /** Opens the table of one partition of one state, empty; called once for each. */
    Table table(String state, int partition);

    /** How many bytes the store takes on its medium now, about. */
    long bytes();

    /** Forgets all tables, and frees what they took. Idempotent. */
    @Override
    void close();

    /** One partition's entries. Called by one thread at a time. Arrays are not changed after they were given. */
    interface Table {
        /** The value of {@code key}, or null. */
        byte @Nullable [] get(byte[] key);

        /** Sets or replaces. */
        void put(byte[] key, byte[] value);

        /** Removes; says whether it was there. */
        boolean remove(byte[] key);

        /** Passes every entry to {@code consumer}, in any order, without holding all of them; nothing is changed meanwhile. */
        void forEach(EntryConsumer consumer);

        /** The number of entries. */
        long size();
    }

    /** Takes entries. */
    @FunctionalInterface
    interface EntryConsumer {
        /** Takes one entry; the arrays are not changed by either side. */
        void accept(byte[] key, byte[] value);
    }
}
