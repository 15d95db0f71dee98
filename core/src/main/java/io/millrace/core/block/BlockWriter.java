// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static io.millrace.core.block.BlockFormat.varintBytes;
import static io.millrace.core.block.BlockFormat.writeVarint;
import static io.millrace.core.block.BlockFormat.zigZag;

import io.millrace.api.codec.ByteWriter;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes records into the array of one block after another. Knows the format and nothing of limits. A record that fails
 * leaves the block as it was. Not thread-safe.
 */
final class BlockWriter {
    private final BlockArrays arrays;
    private final List<BuiltPartition> table = new ArrayList<>();
    private final ByteWriter headerBytes = new ByteWriter(256);

    private byte[] bytes = {};
    private int at = BlockFormat.HEADER_BYTES;
    private int tableBytes = 1;
    private int records;
    private long minTimestamp = Long.MAX_VALUE;
    private long maxTimestamp = BlockFormat.NO_TIMESTAMP;
    private int expected = 1;

    BlockWriter(BlockArrays arrays) {
        this.arrays = arrays;
    }

    int records() {
        return records;
    }

    /** How long the block would be if it ended here; a few bytes more at most. */
    int length() {
        return at + tableBytes;
    }

    /** How much longer a record of this partition makes the block, at most, beside its key, value and headers. */
    int overhead(BuiltPartition partition) {
        return BlockFormat.MAX_RECORD_OVERHEAD + (partition.indexInBlock < 0 ? partition.utf8.length + 10 : 0);
    }

    /** The bytes that {@code headers} would take. */
    int encode(List<RecordHeader> headers) {
        ByteWriter out = headerBytes;
        out.clear();
        for (int i = 0; i < headers.size(); i++) {
            RecordHeader header = headers.get(i);
            out.writeString(header.name());
            byte[] value = header.value();
            if (value == null) {
                out.writeVarint(0);
            } else {
                out.writeVarint(value.length + 1L);
                out.writeRaw(value, 0, value.length);
            }
        }
        return out.size();
    }

    /** Writes a record whose headers were passed to {@link #encode} just before, if it has any. */
    void write(
            BuiltPartition partition,
            long offset,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            int headers) {
        int keyLength = key == null ? 0 : key.remaining();
        int valueLength = value == null ? 0 : value.remaining();
        int keyMark = key == null ? 0 : keyLength + 1;
        int valueMark = value == null ? 0 : valueLength + 1;
        int headersLength = headers == 0 ? 0 : headerBytes.size();
        int index = partition.indexInBlock < 0 ? table.size() : partition.indexInBlock;
        long offsetDelta = zigZag(offset - partition.lastOffset);
        long timestampDelta = zigZag(timestamp - partition.lastTimestamp);

        int payload = keyLength + valueLength + headersLength;
        byte[] to;
        int next;
        if (((index | offsetDelta | timestampDelta | keyMark | valueMark | headers) & ~0x7FL) == 0) {
            // as nearly every record is: six varints of one byte each, written as one word of which two bytes are not
            // used yet
            to = room(7 + payload + Long.BYTES);
            next = writeVarint(to, at, 6L + payload);
            long word = index
                    | offsetDelta << 8
                    | timestampDelta << 16
                    | (long) keyMark << 24
                    | (long) valueMark << 32
                    | (long) headers << 40;
            BlockFormat.WORD.set(to, next, word);
            next += 6;
        } else {
            int size = varintBytes(index)
                    + varintBytes(offsetDelta)
                    + varintBytes(timestampDelta)
                    + varintBytes(keyMark)
                    + varintBytes(valueMark)
                    + varintBytes(headers)
                    + payload;
            to = room(varintBytes(size) + size);
            next = writeVarint(to, at, size);
            next = writeVarint(to, next, index);
            next = writeVarint(to, next, offsetDelta);
            next = writeVarint(to, next, timestampDelta);
            next = writeVarint(to, next, keyMark);
            next = writeVarint(to, next, valueMark);
            next = writeVarint(to, next, headers);
        }
        next = copy(key, keyLength, to, next);
        next = copy(value, valueLength, to, next);
        System.arraycopy(headerBytes.array(), 0, to, next, headersLength);

        at = next + headersLength;
        records++;
        partition.records++;
        partition.lastOffset = offset;
        partition.lastTimestamp = timestamp;
        if (partition.indexInBlock < 0) {
            partition.indexInBlock = index;
            table.add(partition);
            tableBytes += 5 + varintBytes(partition.utf8.length) + partition.utf8.length;
        }
        if (timestamp >= 0) {
            minTimestamp = Math.min(minTimestamp, timestamp);
            maxTimestamp = Math.max(maxTimestamp, timestamp);
        }
    }

    /** Ends the block and begins the next one. The slices are the caller's. */
    SealedBlock seal(List<PartitionSlice> slices, long token) {
        byte[] to = room(tableBytes + 5);
        int tableAt = at;
        int end = writeVarint(to, tableAt, table.size());
        for (BuiltPartition partition : table) {
            end = writeVarint(to, end, partition.utf8.length);
            System.arraycopy(partition.utf8, 0, to, end, partition.utf8.length);
            end = writeVarint(to, end + partition.utf8.length, partition.records);
        }
        long min = maxTimestamp < 0 ? BlockFormat.NO_TIMESTAMP : minTimestamp;
        BlockFormat.INT.set(to, 0, BlockFormat.VERSION << 24);
        BlockFormat.INT.set(to, BlockFormat.RECORDS_AT, records);
        BlockFormat.LONG.set(to, BlockFormat.MIN_TIMESTAMP_AT, min);
        BlockFormat.LONG.set(to, BlockFormat.MAX_TIMESTAMP_AT, maxTimestamp);
        BlockFormat.INT.set(to, BlockFormat.TABLE_AT, tableAt);
        BlockFormat.INT.set(to, BlockFormat.LENGTH_AT, end);
        SealedBlock block = new SealedBlock(trim(to, end), end, records, slices, token, min, maxTimestamp);
        expected = end;
        reset();
        return block;
    }

    /** Forgets the block being built. */
    void discard() {
        arrays.giveBack(bytes);
        reset();
    }

    private void reset() {
        bytes = new byte[0];
        at = BlockFormat.HEADER_BYTES;
        tableBytes = 1;
        records = 0;
        minTimestamp = Long.MAX_VALUE;
        maxTimestamp = BlockFormat.NO_TIMESTAMP;
        table.forEach(BuiltPartition::leaveBlock);
        table.clear();
    }

    /** Blocks wait in memory for their batch, perhaps thousands of them: none holds more than twice what it needs. */
    private byte[] trim(byte[] array, int length) {
        byte[] smaller = length > array.length / 2 ? array : arrays.take(length);
        if (smaller.length >= array.length) {
            if (smaller != array) {
                arrays.giveBack(smaller);
            }
            return array;
        }
        System.arraycopy(array, 0, smaller, 0, length);
        arrays.giveBack(array);
        return smaller;
    }

    private byte[] room(int more) {
        int needed = Math.addExact(at, more);
        if (needed > bytes.length) {
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8, bytes.length * 2L);
            byte[] larger = arrays.take(Math.max(Math.max(needed, doubled), expected));
            System.arraycopy(bytes, 0, larger, 0, Math.min(at, bytes.length));
            if (bytes.length > 0) {
                arrays.giveBack(bytes);
            }
            bytes = larger;
        }
        return bytes;
    }

    private static int copy(@Nullable ByteBuffer from, int length, byte[] to, int at) {
        if (from != null && length > 0) {
            if (from.hasArray()) {
                System.arraycopy(from.array(), from.arrayOffset() + from.position(), to, at, length);
            } else {
                from.get(from.position(), to, at, length);
            }
        }
        return at + length;
    }
}
