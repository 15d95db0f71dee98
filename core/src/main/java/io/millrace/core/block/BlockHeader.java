// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static io.millrace.core.block.BlockFormat.HEADER_BYTES;
import static io.millrace.core.block.BlockFormat.INT;
import static io.millrace.core.block.BlockFormat.LENGTH_AT;
import static io.millrace.core.block.BlockFormat.LONG;
import static io.millrace.core.block.BlockFormat.MAX_TIMESTAMP_AT;
import static io.millrace.core.block.BlockFormat.MIN_TIMESTAMP_AT;
import static io.millrace.core.block.BlockFormat.RECORDS_AT;
import static io.millrace.core.block.BlockFormat.TABLE_AT;
import static io.millrace.core.block.BlockFormat.VERSION;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a block says of itself.
 *
 * @param records how many records it holds
 * @param minTimestamp the least timestamp in epoch milliseconds; −1 if no record has one
 * @param maxTimestamp the greatest, likewise
 * @param partitions its source partitions, by their index in the records
 * @param recordsEnd where its records end, counted from where the block begins
 */
public record BlockHeader(
        int records, long minTimestamp, long maxTimestamp, List<PartitionCount> partitions, int recordsEnd) {
    public BlockHeader {
        partitions = List.copyOf(partitions);
    }

    /**
     * A source partition of a block.
     *
     * @param name its name
     * @param records how many of the block's records are its own
     */
    public record PartitionCount(String name, int records) {}

    /**
     * Reads the header and the partition table of the block in {@code bytes[offset, offset + length)}.
     *
     * @throws MillraceException of code {@link ErrorCode#CORRUPT_DATA} if there is no sound block
     */
    public static BlockHeader read(byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IndexOutOfBoundsException(
                    "a block in [" + offset + ", +" + length + ") is outside an array of " + bytes.length + " bytes");
        }
        if (length < HEADER_BYTES) {
            throw corrupt("it has " + length + " bytes, less than a header");
        }
        int version = (int) INT.get(bytes, offset);
        if (version != VERSION << 24) {
            throw corrupt("it begins with " + String.format(Locale.ROOT, "%08x", version) + " instead of "
                    + String.format(Locale.ROOT, "%08x", VERSION << 24));
        }
        int records = (int) INT.get(bytes, offset + RECORDS_AT);
        int tableAt = (int) INT.get(bytes, offset + TABLE_AT);
        int ownLength = (int) INT.get(bytes, offset + LENGTH_AT);
        if (ownLength != length) {
            throw corrupt("it says that it has " + ownLength + " bytes, and has " + length);
        }
        if (tableAt < HEADER_BYTES || tableAt >= length || records < 0) {
            throw corrupt("its header says " + records + " records before byte " + tableAt + " of " + length);
        }
        List<PartitionCount> partitions = table(new ByteReader(bytes, offset + tableAt, length - tableAt));
        long counted = partitions.stream().mapToLong(PartitionCount::records).sum();
        if (counted != records) {
            throw corrupt("its header says " + records + " records, its partition table " + counted);
        }
        return new BlockHeader(
                records,
                (long) LONG.get(bytes, offset + MIN_TIMESTAMP_AT),
                (long) LONG.get(bytes, offset + MAX_TIMESTAMP_AT),
                partitions,
                tableAt);
    }

    private static List<PartitionCount> table(ByteReader in) {
        int count = in.readVarint32();
        if (count > in.remaining()) {
            throw corrupt("its partition table says " + count + " partitions in " + in.remaining() + " bytes");
        }
        List<PartitionCount> partitions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(new PartitionCount(in.readString(), in.readVarint32()));
        }
        if (in.remaining() > 0) {
            throw corrupt(in.remaining() + " bytes follow its partition table");
        }
        return partitions;
    }

    static MillraceException corrupt(String what) {
        return new MillraceException(ErrorCode.CORRUPT_DATA, "not a sound block: " + what);
    }
}
