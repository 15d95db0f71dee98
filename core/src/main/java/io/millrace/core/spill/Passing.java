// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.spi.state.StateStore;
import org.jspecify.annotations.Nullable;

/** Passes the entries of a table on, and throws what goes wrong, whatever the store makes of what its consumer throws. */
final class Passing implements StateStore.EntryConsumer {
    private final StateStore.EntryConsumer consumer;
    private @Nullable RuntimeException failure;

    private Passing(StateStore.EntryConsumer consumer) {
        this.consumer = consumer;
    }

    /** Passes every entry of a table. After a failure the consumer is not called again. */
    static void each(StateStore.Table table, StateStore.EntryConsumer consumer) {
        Passing passing = new Passing(consumer);
        try {
            table.forEach(passing);
        } catch (RuntimeException e) {
            if (passing.failure == null) {
                throw e;
            }
        }
        if (passing.failure != null) {
            throw passing.failure;
        }
    }

    @Override
    public void accept(byte[] key, byte[] value) {
        if (failure != null) {
            throw failure;
        }
        try {
            consumer.accept(key, value);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }
}
