// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import io.millrace.api.Pair;
import io.millrace.api.function.LongReduceFunction;
import io.millrace.api.source.Slice;
import io.millrace.core.failure.ElementFailure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from byte-strings to numbers that combines as it inserts and makes no object per key: key bytes lie in
 * one array, and the first eight of each beside its hash, so that short keys are compared without touching it. Open
 * addressing with linear probing; what was inserted last can be removed. Not thread-safe.
 */
public final class SliceTable {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private long[] prefixes;
    private long[] values;
    /** Hash in the upper half, length + 1 in the lower; 0 where nothing is. */
    private long[] tags;

    private int[] offsets;
    private byte[] bytes;
    private int used;
    private int mask;
    private int size;
    private int growAt;
    private @Nullable Throwable torn;

    /** A table that holds {@code expected} entries before it grows. */
    public SliceTable(int expected) {
        int capacity = Math.max(16, Integer.highestOneBit(Math.max(1, expected * 2 - 1)) << 1);
        bytes = new byte[capacity * 8];
        allocate(capacity);
    }

    private void allocate(int capacity) {
        prefixes = new long[capacity];
        values = new long[capacity];
        tags = new long[capacity];
        offsets = new int[capacity];
        mask = capacity - 1;
        growAt = capacity / 2 + capacity / 8;
    }

    /** The first eight bytes as a number, padded with zeros. */
    public static long prefix(byte[] array, int offset, int length) {
        if (offset + 8 <= array.length) {
            long eight = (long) LONG.get(array, offset);
            return length >= 8 ? eight : eight & (1L << (length << 3)) - 1;
        }
        long eight = 0;
        for (int i = Math.min(8, length) - 1; i >= 0; i--) {
            eight = eight << 8 | (array[offset + i] & 0xFF);
        }
        return eight;
    }

    /** The hash that the methods below expect; its sign bit is free for others. */
    public static int hash(byte[] array, int offset, int length) {
        return hash(array, offset, length, prefix(array, offset, length));
    }

    /** The hash of a key of which the first eight bytes are known as a number. */
    public static int hash(byte[] array, int offset, int length, long prefix) {
        long h = (prefix ^ length) * 0x9E3779B97F4A7C15L;
        for (int at = 8; at < length; at += 8) {
            h = (h ^ h >>> 29 ^ prefix(array, offset + at, Math.min(8, length - at))) * 0x9E3779B97F4A7C15L;
        }
        return (int) (h >>> 32) ^ (int) (h >>> 47);
    }

    /** The number of keys. */
    public int size() {
        return size;
    }

    /** How many places there are. */
    public int capacity() {
        return mask + 1;
    }

    /** Whether a place has a key. */
    public boolean has(int place) {
        return tags[place] != 0;
    }

    /** The array in which the keys lie. */
    public byte[] keyBytes() {
        return bytes;
    }

    /** Where the key of a place begins. */
    public int keyOffset(int place) {
        return offsets[place];
    }

    /** How long the key of a place is. */
    public int keyLength(int place) {
        return (int) tags[place] - 1;
    }

    /** The number of a place. */
    public long value(int place) {
        return values[place];
    }

    /** Combines {@code value} with what the key has, or inserts it, and returns the result. */
    public long merge(byte[] array, int offset, int length, long value, LongReduceFunction function) {
        long prefix = prefix(array, offset, length);
        return merge(array, offset, length, prefix, hash(array, offset, length, prefix), value, function);
    }

    /** The same, with prefix and hash already known. */
    public long merge(
            byte[] array, int offset, int length, long prefix, int hash, long value, LongReduceFunction function) {
        int place = find(array, offset, length, prefix, hash);
        if (tags[place] != 0) {
            long combined = function.apply(values[place], value);
            values[place] = combined;
            return combined;
        }
        insert(place, array, offset, length, prefix, hash, value);
        return value;
    }

    /** {@link #merge(byte[], int, int, long, LongReduceFunction)} that can be taken back. */
    public long merge(byte[] array, int offset, int length, long value, LongReduceFunction function, SliceUndo undo) {
        long prefix = prefix(array, offset, length);
        int hash = hash(array, offset, length, prefix);
        int place = find(array, offset, length, prefix, hash);
        if (tags[place] == 0) {
            undo.note(used, length, 0, true);
            insert(place, array, offset, length, prefix, hash, value);
            return value;
        }
        long before = values[place];
        long combined = function.apply(before, value);
        undo.note(offsets[place], length, before, false);
        values[place] = combined;
        return combined;
    }

    /** Removes the key that was inserted last, of which the bytes lie at {@code offset}. */
    void removeNewest(int offset, int length) {
        long prefix = prefix(bytes, offset, length);
        int hole = find(bytes, offset, length, prefix, hash(bytes, offset, length, prefix));
        for (int next = hole + 1 & mask; tags[next] != 0; next = next + 1 & mask) {
            int home = (int) (tags[next] >>> 32) & mask;
            if ((next - home & mask) >= (next - hole & mask)) { // it may stand in the hole: its home is not after it
                tags[hole] = tags[next];
                prefixes[hole] = prefixes[next];
                values[hole] = values[next];
                offsets[hole] = offsets[next];
                hole = next;
            }
        }
        tags[hole] = 0;
        used = offset;
        size--;
    }

    /** Sets the number of a key. */
    public void put(byte[] array, int offset, int length, long value) {
        long prefix = prefix(array, offset, length);
        int hash = hash(array, offset, length, prefix);
        int place = find(array, offset, length, prefix, hash);
        if (tags[place] != 0) {
            values[place] = value;
        } else {
            insert(place, array, offset, length, prefix, hash, value);
        }
    }

    /**
     * Takes all entries of another table in, which is empty afterwards: done again, it changes nothing. If the function
     * throws, what was taken in until then is no longer in the other table: done again, it goes on with the entry at which
     * it ended, so that nothing is combined twice.
     *
     * @throws ElementFailure with the entry on which the function threw
     */
    public void mergeAll(SliceTable other, LongReduceFunction function) {
        Throwable before = torn == null ? other.torn : torn;
        if (before != null) {
            throw new IllegalStateException(
                    "memory was short when a combination failed, which cannot be repeated", before);
        }
        int place = 0;
        try {
            for (; place <= other.mask; place++) {
                long tag = other.tags[place];
                if (tag != 0) {
                    merge(
                            other.bytes,
                            other.offsets[place],
                            (int) tag - 1,
                            other.prefixes[place],
                            (int) (tag >>> 32),
                            other.values[place],
                            function);
                }
            }
        } catch (Throwable thrown) {
            RuntimeException failure = ElementFailure.of(other.at(place), thrown);
            if (thrown instanceof OutOfMemoryError) {
                torn = thrown; // it may have been thrown half-way
            }
            try {
                other.keepFrom(place);
            } catch (OutOfMemoryError e) {
                other.torn = thrown;
            }
            throw failure;
        }
        other.allocate(16);
        other.size = 0;
        other.used = 0;
    }

    private Pair<Slice, Long> at(int place) {
        int from = offsets[place];
        return Pair.of(new Slice(Arrays.copyOfRange(bytes, from, from + keyLength(place))), values[place]);
    }

    /** Only the entries from a place on stay; their bytes lie where they lay. */
    private void keepFrom(int first) {
        long[] oldPrefixes = prefixes;
        long[] oldValues = values;
        long[] oldTags = tags;
        int[] oldOffsets = offsets;
        allocate(oldTags.length);
        size = 0;
        for (int from = first; from < oldTags.length; from++) {
            long tag = oldTags[from];
            if (tag != 0) {
                int place = (int) (tag >>> 32) & mask;
                while (tags[place] != 0) {
                    place = place + 1 & mask;
                }
                tags[place] = tag;
                prefixes[place] = oldPrefixes[from];
                values[place] = oldValues[from];
                offsets[place] = oldOffsets[from];
                size++;
            }
        }
    }

    private int find(byte[] array, int offset, int length, long prefix, int hash) {
        long tag = (long) hash << 32 | length + 1;
        int place = hash & mask;
        long found;
        while ((found = tags[place]) != 0) {
            if (found == tag
                    && prefixes[place] == prefix
                    && (length <= 8 || sameRest(offsets[place], array, offset, length))) {
                return place;
            }
            place = place + 1 & mask;
        }
        return place;
    }

    private boolean sameRest(int at, byte[] array, int offset, int length) {
        return Arrays.equals(bytes, at + 8, at + length, array, offset + 8, offset + length);
    }

    private void insert(int place, byte[] array, int offset, int length, long prefix, int hash, long value) {
        if (bytes.length - used < length) {
            if (used > MAX_BYTES - length) {
                throw new IllegalStateException("keys of more than 2 GiB in one partition: use more partitions");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(used + (long) length, bytes.length * 2L)));
        }
        System.arraycopy(array, offset, bytes, used, length);
        tags[place] = (long) hash << 32 | length + 1;
        prefixes[place] = prefix;
        values[place] = value;
        offsets[place] = used;
        used += length;
        if (++size > growAt) {
            grow();
        }
    }

    private void grow() {
        long[] oldTags = tags;
        long[] oldPrefixes = prefixes;
        long[] oldValues = values;
        int[] oldOffsets = offsets;
        if (oldTags.length >= 1 << 29) {
            throw new IllegalStateException("a table of " + size + " keys cannot grow: use more partitions");
        }
        allocate(oldTags.length * 2);
        for (int from = 0; from < oldTags.length; from++) {
            long tag = oldTags[from];
            if (tag != 0) {
                int place = (int) (tag >>> 32) & mask;
                while (tags[place] != 0) {
                    place = place + 1 & mask;
                }
                tags[place] = tag;
                prefixes[place] = oldPrefixes[from];
                values[place] = oldValues[from];
                offsets[place] = oldOffsets[from];
            }
        }
    }
}
