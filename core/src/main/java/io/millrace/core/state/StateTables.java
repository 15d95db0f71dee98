// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.Codec;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.StateTable;
import org.jspecify.annotations.Nullable;

/** Makes what the partitions of states are held in. Used by one thread, before the first batch. */
public interface StateTables {
    /** All of it in memory. */
    StateTables IN_MEMORY = new StateTables() {
        @Override
        public StateTable table(String state, int partition, Codec<Object> keys, Codec<Object> values) {
            return new KeyTable(16);
        }

        @Override
        public Timers timers(String state, int partition, Codec<Object> keys, long width) {
            return new IdleTimers();
        }
    };

    /** Says how many tables there will be, before the first is made. */
    default void expect(int tables) {}

    /** An empty table; codecs are for what does not stay in memory. */
    StateTable table(String state, int partition, Codec<Object> keys, Codec<Object> values);

    /**
     * Timers for the keys of a table.
     *
     * @param width how far ahead of the present, in milliseconds, they are in memory in any case
     */
    Timers timers(String state, int partition, Codec<Object> keys, long width);

    /** Where the pieces of a snapshot go as they are made; null if they are kept until the task is over. */
    default @Nullable ChunkLog snapshots() {
        return null;
    }
}
