// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.core.table.KeyTable;
import io.millrace.core.table.StateTable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The keys of a table that a task changed, each with what it had before. */
final class Touched {
    private static final Object ABSENT = new Object();

    private final StateTable table;
    private final KeyTable before = new KeyTable(16);

    Touched(StateTable table) {
        this.table = table;
    }

    /** Notes a key that is about to change; what it had the first time counts. */
    void note(Object key, int hash, @Nullable Object value) {
        before.putIfAbsent(key, hash, value == null ? ABSENT : value);
    }

    /** Sets or removes a key's value, and notes what it had. */
    void set(Object key, int hash, @Nullable Object old, @Nullable Object value) {
        note(key, hash, old);
        if (value == null) {
            table.remove(key, hash);
        } else {
            table.put(key, hash, value);
        }
    }

    /** Writes what the keys have now. */
    void write(ChunkWriter out) {
        write(out, value -> value);
    }

    /** Writes what the keys have now, in another form. */
    void write(ChunkWriter out, UnaryOperator<Object> form) {
        for (int place = 0, capacity = before.capacity(); place < capacity; place++) {
            Object key = before.keyAt(place);
            if (key != null) {
                out.compare(table, key, before.hashAt(place));
                Object value = table.find(key, before.hashAt(place));
                if (value != null) {
                    out.put(key, form.apply(value));
                } else if (before.valueAt(place) != ABSENT) {
                    out.remove(key);
                }
            }
        }
    }

    /** Gives every key what it had before. */
    void rollback() {
        for (int place = 0, capacity = before.capacity(); place < capacity; place++) {
            Object key = before.keyAt(place);
            if (key != null) {
                Object value = before.valueAt(place);
                if (value == ABSENT) {
                    table.remove(key, before.hashAt(place));
                } else {
                    table.put(key, before.hashAt(place), value);
                }
            }
        }
    }
}
