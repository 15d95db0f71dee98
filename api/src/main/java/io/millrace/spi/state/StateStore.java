// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.state;

import io.millrace.api.Experimental;
import org.jspecify.annotations.Nullable;

/**
 * Tables of bytes by bytes, one per state partition, that may be larger than memory. A store is a cache of what the
 * state's log says: it need not survive the process, and never decides what is committed.
 *
 * @since 0.1
 */
@Experimental
public interface StateStore extends AutoCloseable {
    /** Opens the table of one partition of one state, empty. */
    Table table(String state, int partition);

    @Override
    void close();

    /** One partition's entries. Called by one thread at a time. */
    interface Table {
        /** The value of {@code key}, or null. */
        byte @Nullable [] get(byte[] key);

        /** Sets or replaces. */
        void put(byte[] key, byte[] value);

        /** Removes, if there. */
        void remove(byte[] key);

        /** Passes every entry to {@code consumer}, in any order. */
        void forEach(EntryConsumer consumer);

        /** The number of entries. */
        long size();
    }

    /** Takes entries. */
    @FunctionalInterface
    interface EntryConsumer {
        /** Takes one entry; the arrays are the consumer's. */
        void accept(byte[] key, byte[] value);
    }
}
