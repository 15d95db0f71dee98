// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import io.millrace.api.Pair;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.failure.ElementFailure;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from keys to values that combines as it inserts. Open addressing with linear probing; key and value lie
 * side by side, hashes apart, so that growing and merging need no {@code hashCode} call. Combined {@code Long}s are kept
 * in cells of their own, and their identity is not: replacing a reference in a table that has grown old, as often as there
 * are records, costs the collector more than all the rest. Not thread-safe.
 */
public final class KeyTable implements StateTable {
    private Object[] entries;
    private int[] hashes;
    private int mask;
    private int size;
    private int growAt;
    private @Nullable Throwable torn;

    /** A table that holds {@code expected} entries before it grows. */
    public KeyTable(int expected) {
        int capacity = Math.max(16, Integer.highestOneBit(Math.max(1, expected * 2 - 1)) << 1);
        allocate(capacity);
    }

    private void allocate(int capacity) {
        Object[] newEntries = new Object[capacity * 2];
        hashes = new int[capacity]; // if there is no memory, the table stays as it was
        entries = newEntries;
        mask = capacity - 1;
        growAt = capacity / 2 + capacity / 8;
    }

    /** The hash that the methods below expect, spread over all bits; its sign bit is free for others. */
    public static int hash(Object key) {
        int h = key.hashCode() * 0x9E3779B9;
        return h ^ h >>> 15;
    }

    /** The number of keys. */
    public int size() {
        return size;
    }

    @Override
    public long keys() {
        return size;
    }

    /** How many places there are; those below it for which {@link #keyAt} is not null are entries. */
    public int capacity() {
        return mask + 1;
    }

    /** The key at a place, or null. */
    public Object keyAt(int place) {
        return entries[place << 1];
    }

    /** The value at a place that has a key. */
    public Object valueAt(int place) {
        return open(entries[(place << 1) + 1]);
    }

    private static Object open(Object held) {
        return held instanceof LongCell cell ? (Object) cell.value : held;
    }

    private static Object enclose(Object value) {
        return value instanceof Long number ? new LongCell(number) : value;
    }

    /** The hash at a place that has a key. */
    public int hashAt(int place) {
        return hashes[place];
    }

    @Override
    public Object merge(Object key, int hash, Object value, ReduceFunction<Object> function, KeyUndo undo)
            throws Exception {
        int place = place(key, hash);
        if (place < 0) {
            undo.note(key, hash, null);
            put(key, hash, value);
            return value;
        }
        int at = (place << 1) + 1;
        Object before = open(entries[at]);
        Object combined = function.apply(before, value);
        if (combined == null) {
            throw nothing();
        }
        undo.note(key, hash, before);
        entries[at] = combined;
        return combined;
    }

    /** What to throw if the values that a state has of a key are combined to null. */
    public static RuntimeException nothing() {
        return new NullPointerException("it returned null: what is kept of a key must be something");
    }

    /** Combines {@code value} with what the key has, or inserts it, and returns the result. Values may be null. */
    public Object merge(Object key, int hash, Object value, ReduceFunction<Object> function) throws Exception {
        Object[] all = entries;
        int place = hash & mask;
        Object found;
        while ((found = all[place << 1]) != null) {
            if (hashes[place] == hash && (found == key || found.equals(key))) {
                return combine((place << 1) + 1, value, function);
            }
            place = place + 1 & mask;
        }
        insert(place, key, hash, enclose(value));
        return value;
    }

    private Object combine(int at, Object value, ReduceFunction<Object> function) throws Exception {
        if (entries[at] instanceof LongCell cell) {
            Object combined = function.apply(cell.value, value);
            if (combined instanceof Long number) {
                cell.value = number;
            } else {
                entries[at] = combined;
            }
            return combined;
        }
        Object combined = function.apply(entries[at], value);
        entries[at] = enclose(combined);
        return combined;
    }

    /** The value of a key, or null. */
    @Override
    public @Nullable Object find(Object key, int hash) {
        int place = place(key, hash);
        return place < 0 ? null : open(entries[(place << 1) + 1]);
    }

    /** Whether there is a key, whose value may be null. */
    public boolean has(Object key, int hash) {
        return place(key, hash) >= 0;
    }

    @Override
    public @Nullable Object own(Object key, int hash) {
        int place = place(key, hash);
        return place < 0 ? null : entries[place << 1];
    }

    private int place(Object key, int hash) {
        int place = hash & mask;
        Object found;
        while ((found = entries[place << 1]) != null) {
            if (hashes[place] == hash && (found == key || found.equals(key))) {
                return place;
            }
            place = place + 1 & mask;
        }
        return -1;
    }

    /** Removes a key; places after it may change. */
    @Override
    public void remove(Object key, int hash) {
        int hole = place(key, hash);
        if (hole < 0) {
            return;
        }
        size--;
        for (int next = hole + 1 & mask; entries[next << 1] != null; next = next + 1 & mask) {
            int home = hashes[next] & mask;
            if ((next - home & mask) >= (next - hole & mask)) { // it may stand in the hole: its home is not after it
                entries[hole << 1] = entries[next << 1];
                entries[(hole << 1) + 1] = entries[(next << 1) + 1];
                hashes[hole] = hashes[next];
                hole = next;
            }
        }
        clear(hole);
    }

    @SuppressWarnings("NullAway") // an empty place
    private void clear(int place) {
        entries[place << 1] = null;
        entries[(place << 1) + 1] = null;
    }

    /** Sets the value of a key. */
    @Override
    public void put(Object key, int hash, Object value) {
        int place = hash & mask;
        Object found;
        while ((found = entries[place << 1]) != null) {
            if (hashes[place] == hash && (found == key || found.equals(key))) {
                entries[(place << 1) + 1] = value;
                return;
            }
            place = place + 1 & mask;
        }
        insert(place, key, hash, value);
    }

    /** Sets the value of a key that has none. */
    public void putIfAbsent(Object key, int hash, Object value) {
        if (place(key, hash) < 0) {
            put(key, hash, value);
        }
    }

    /** Passes every entry, in no order; the table must not change meanwhile. */
    @Override
    public <X extends Exception> void forEach(Entry<X> consumer) throws X {
        for (int place = 0; place <= mask; place++) {
            Object key = entries[place << 1];
            if (key != null) {
                consumer.accept(key, hashes[place], valueAt(place));
            }
        }
    }

    /** Takes an entry. */
    @FunctionalInterface
    public interface Entry<X extends Exception> {
        void accept(Object key, int hash, Object value) throws X;
    }

    /** A table with the same entries. */
    public KeyTable copy() {
        KeyTable copy = new KeyTable(1);
        copy.entries = entries.clone();
        for (int at = 1; at < copy.entries.length; at += 2) {
            copy.entries[at] = copy.entries[at] instanceof LongCell cell ? new LongCell(cell.value) : copy.entries[at];
        }
        copy.hashes = hashes.clone();
        copy.mask = mask;
        copy.size = size;
        copy.growAt = growAt;
        return copy;
    }

    /**
     * Takes all entries of another table in, which is empty afterwards: done again, it changes nothing. If the function or
     * a key throws, what was taken in until then is no longer in the other table: done again, it goes on with the entry at
     * which it ended, so that nothing is combined twice.
     *
     * @throws io.millrace.core.failure.ElementFailure with the entry on which something was thrown
     */
    public void mergeAll(KeyTable other, ReduceFunction<Object> function) {
        Throwable before = torn == null ? other.torn : torn;
        if (before != null) {
            throw new IllegalStateException(
                    "memory was short when a combination failed, which cannot be repeated", before);
        }
        int place = 0;
        try {
            for (; place <= other.mask; place++) {
                Object key = other.entries[place << 1];
                if (key != null) {
                    merge(key, other.hashes[place], other.valueAt(place), function);
                }
            }
        } catch (Throwable thrown) {
            RuntimeException failure = ElementFailure.of(other.at(place), thrown);
            try {
                other.keepFrom(place);
            } catch (OutOfMemoryError e) {
                other.torn = thrown;
            }
            throw failure;
        }
        other.allocate(16);
        other.size = 0;
    }

    /**
     * Takes all entries of another table in, which stays as it is.
     *
     * @throws io.millrace.core.failure.ElementFailure with the entry on which something was thrown
     */
    public void copyAll(KeyTable other, ReduceFunction<Object> function) {
        int place = 0;
        try {
            for (; place <= other.mask; place++) {
                Object key = other.entries[place << 1];
                if (key != null) {
                    merge(key, other.hashes[place], other.valueAt(place), function);
                }
            }
        } catch (Throwable thrown) {
            throw ElementFailure.of(other.at(place), thrown);
        }
    }

    private Pair<Object, Object> at(int place) {
        return Pair.of(keyAt(place), valueAt(place));
    }

    /** Only the entries from a place on stay. */
    private void keepFrom(int first) {
        Object[] oldEntries = entries;
        int[] oldHashes = hashes;
        allocate(oldHashes.length);
        size = 0;
        for (int from = first; from < oldHashes.length; from++) {
            if (oldEntries[from << 1] != null) {
                take(oldEntries, from, oldHashes[from]);
                size++;
            }
        }
    }

    /** Takes an entry of other arrays whose key is not there. */
    private void take(Object[] others, int from, int hash) {
        int place = freePlace(hash);
        entries[place << 1] = others[from << 1];
        entries[(place << 1) + 1] = others[(from << 1) + 1];
        hashes[place] = hash;
    }

    private int freePlace(int hash) {
        int place = hash & mask;
        while (entries[place << 1] != null) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void insert(int place, Object key, int hash, Object value) {
        int free = place;
        if (size >= growAt) {
            grow(); // before it is taken in: if there is no memory, it is not there
            free = freePlace(hash);
        }
        entries[free << 1] = key;
        entries[(free << 1) + 1] = value;
        hashes[free] = hash;
        size++;
    }

    private void grow() {
        Object[] oldEntries = entries;
        int[] oldHashes = hashes;
        if (oldHashes.length >= 1 << 29) {
            throw new IllegalStateException("a table of " + size + " keys cannot grow: use more partitions");
        }
        allocate(oldHashes.length * 2);
        for (int from = 0; from < oldHashes.length; from++) {
            if (oldEntries[from << 1] != null) {
                take(oldEntries, from, oldHashes[from]);
            }
        }
    }

    /** A number that changes in place. */
    private static final class LongCell {
        private long value;

        LongCell(long value) {
            this.value = value;
        }
    }
}
