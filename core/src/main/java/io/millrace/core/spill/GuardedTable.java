// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.call.ForeignCall;
import io.millrace.spi.state.StateStore;
import org.jspecify.annotations.Nullable;

/** A table of a store that is not touched again once it has failed: what it holds then is not known. */
final class GuardedTable {
    private final StateStore.Table table;
    private @Nullable MillraceException failure;

    GuardedTable(StateStore.Table table) {
        this.table = table;
    }

    boolean failed() {
        return failure != null;
    }

    /** @throws MillraceException as it was when the table failed, if it did */
    void check() {
        ForeignCall.forgetInterrupt(); // a store may close its file for everybody
        if (failure != null) {
            throw new MillraceException(failure.code(), String.valueOf(failure.getMessage()), failure);
        }
    }

    byte @Nullable [] get(byte[] key) {
        check();
        try {
            return table.get(key);
        } catch (RuntimeException e) {
            throw fail(e);
        }
    }

    void put(byte[] key, byte[] value) {
        check();
        try {
            table.put(key, value);
        } catch (RuntimeException e) {
            throw fail(e);
        }
    }

    boolean remove(byte[] key) {
        check();
        try {
            return table.remove(key);
        } catch (RuntimeException e) {
            throw fail(e);
        }
    }

    long size() {
        return table.size();
    }

    /** Passes every entry. What the consumer throws is its own, not the store's. */
    <X extends Exception> void each(Entry<X> consumer) throws X {
        check();
        try {
            Passing.each(table, (key, value) -> {
                try {
                    consumer.accept(key, value);
                } catch (Exception e) {
                    throw new Thrown(e);
                }
            });
        } catch (Thrown e) {
            if (e.thrown instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            @SuppressWarnings("unchecked") // the consumer can throw nothing else that is checked
            X checked = (X) e.thrown;
            throw checked;
        } catch (RuntimeException e) {
            throw fail(e);
        }
    }

    private MillraceException fail(RuntimeException cause) {
        if (cause instanceof MillraceException known) {
            failure = known;
            return known;
        }
        return fail("it threw " + cause, cause);
    }

    /** Gives the table up. */
    MillraceException fail(String why, @Nullable Throwable cause) {
        MillraceException made = new MillraceException(
                ErrorCode.PLUGIN,
                "the state store cannot be used any more: " + why
                        + "; nothing is lost, the next start builds the state anew from the logs",
                cause);
        failure = made;
        return made;
    }

    /** Takes an entry. */
    @FunctionalInterface
    interface Entry<X extends Exception> {
        void accept(byte[] key, byte[] value) throws X;
    }

    /** Carries what a consumer threw through a store. */
    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Exception thrown;

        Thrown(Exception thrown) {
            super(thrown);
            this.thrown = thrown;
        }
    }
}
