// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static io.millrace.core.block.BlockFormat.HEADER_BYTES;
import static io.millrace.core.block.BlockFormat.unZigZag;
import static io.millrace.core.block.BlockHeader.corrupt;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.RecordView;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows the records of a block one after another, as they lie there: nothing is copied, and nothing is allocated per
 * record. A block that is damaged is refused with {@link ErrorCode#CORRUPT_DATA}, at the latest where the damage lies;
 * the records before it have been shown by then.
 */
public final class BlockReader {
    /** Clear in a word that begins with six varints of one byte each. */
    private static final long SIX_SHORT = 0x0000_8080_8080_8080L;

    private final byte[] bytes;
    private final int begin;
    private final int end;
    private final BlockHeader header;
    private final @Nullable Set<String> wanted;
    private final BlockRecord record = new BlockRecord();

    // by partition: null if it is not wanted
    private final @Nullable String[] names;
    private final long[] offsets;
    private final long[] timestamps;

    /** Where the next number lies, for the slow way. */
    private int at;

    private BlockReader(byte[] bytes, int offset, int length, @Nullable Set<String> wanted) {
        this.header = BlockHeader.read(bytes, offset, length);
        this.bytes = bytes;
        this.begin = offset;
        this.end = offset + header.recordsEnd();
        this.wanted = wanted;
        int count = header.partitions().size();
        this.names = new @Nullable String[count];
        this.offsets = new long[count];
        this.timestamps = new long[count];
    }

    /**
     * Passes every record of the block in {@code bytes[offset, offset + length)} to {@code consumer}.
     *
     * @return how many
     */
    public static long forEach(byte[] bytes, int offset, int length, RecordConsumer<? super RecordView> consumer)
            throws Exception {
        return new BlockReader(bytes, offset, length, null).run(consumer);
    }

    /** Passes the records of some source partitions only. */
    public static long forEach(
            byte[] bytes, int offset, int length, Set<String> partitions, RecordConsumer<? super RecordView> consumer)
            throws Exception {
        return new BlockReader(bytes, offset, length, partitions).run(consumer);
    }

    private long run(RecordConsumer<? super RecordView> consumer) throws Exception {
        long expected = choose();
        if (expected == 0) {
            return 0;
        }
        BlockRecord view = record;
        byte[] from = bytes;
        int stop = end;
        int next = begin + HEADER_BYTES;
        long shown = 0;
        int seen = 0;
        view.bytes = from;
        while (next < stop) {
            int size = from[next++];
            if (size < 0) {
                at = next - 1;
                size = length();
                next = at;
            }
            if (size > stop - next) {
                throw damaged(next, "a record of " + size + " bytes where " + (stop - next) + " are left");
            }
            int recordEnd = next + size;
            if (parse(next, recordEnd)) {
                consumer.accept(view);
                shown++;
            }
            seen++;
            next = recordEnd;
        }
        if (seen != header.records() || shown != expected) {
            throw corrupt("it holds " + seen + " records, and says " + header.records());
        }
        return shown;
    }

    /** Notes which partitions are wanted; returns how many records they have. */
    private long choose() {
        long records = 0;
        for (int i = 0; i < names.length; i++) {
            BlockHeader.PartitionCount partition = header.partitions().get(i);
            if (wanted == null || wanted.contains(partition.name())) {
                names[i] = partition.name();
                records += partition.records();
            }
        }
        return records;
    }

    /** Shows the record in {@code [from, to)} to the view, unless its partition is not wanted. */
    private boolean parse(int from, int to) {
        byte[] array = bytes;
        int index;
        long offsetDelta;
        long timestampDelta;
        int key;
        int value;
        int headers;
        int next;
        long word;
        if (to - from >= 8 && ((word = (long) BlockFormat.WORD.get(array, from)) & SIX_SHORT) == 0) {
            index = (int) word & 0x7F;
            offsetDelta = unZigZag(word >>> 8 & 0x7F);
            timestampDelta = unZigZag(word >>> 16 & 0x7F);
            key = (int) (word >>> 24) & 0x7F;
            value = (int) (word >>> 32) & 0x7F;
            headers = (int) (word >>> 40) & 0x7F;
            next = from + 6;
        } else {
            at = from;
            index = length();
            offsetDelta = unZigZag(number());
            timestampDelta = unZigZag(number());
            key = length();
            value = length();
            headers = length();
            next = at;
        }
        if (index >= names.length) {
            throw damaged(from, "a record of partition " + index + " of " + names.length);
        }
        long offset = offsets[index] + offsetDelta;
        long timestamp = timestamps[index] + timestampDelta;
        offsets[index] = offset;
        timestamps[index] = timestamp;
        String name = names[index];
        if (name == null) {
            return false;
        }
        BlockRecord view = record;
        int keyBytes = key == 0 ? 0 : key - 1;
        int valueBytes = value == 0 ? 0 : value - 1;
        long headersAt = (long) next + keyBytes + valueBytes;
        // headers have two bytes or more each; without headers, the value ends the record
        if (headers == 0 ? headersAt != to : headersAt + 2L * headers > to) {
            throw damaged(from, "key, value and headers do not fill their record");
        }
        view.partition = name;
        view.offset = offset;
        view.timestamp = timestamp;
        view.keyAt = next;
        view.keyLength = key - 1;
        view.valueAt = next + keyBytes;
        view.valueLength = value - 1;
        view.headers = headers;
        view.headersAt = (int) headersAt;
        view.end = to;
        return true;
    }

    private int length() {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw damaged(at, "a length of " + value);
        }
        return (int) value;
    }

    private long number() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at >= end) {
                throw damaged(at, "a number that does not end");
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged(at, "a number of more than ten bytes");
    }

    private MillraceException damaged(int where, String what) {
        return corrupt(what + ", at byte " + (where - begin));
    }
}
