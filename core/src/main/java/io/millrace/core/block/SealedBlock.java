// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A block that takes no more records. Whoever was handed it reports its {@link #length()} to
 * {@link ByteBudget#release} once, when it is durable or given up, and may return the array to its {@link BlockArrays}
 * when nobody reads it any longer.
 *
 * @param bytes holds the block in {@code [0, length)}; what follows is undefined
 * @param length how long the block is
 * @param records how many records it holds; may be 0 if only positions or tokens moved
 * @param slices by source partition, what it holds; only of partitions whose end is known by a position
 * @param token the highest ack token that is covered when this block and all before it are durable; −1 if it brings none
 * @param minTimestamp the least timestamp of its records in epoch milliseconds; −1 if none has one
 * @param maxTimestamp the greatest, likewise
 */
@SuppressWarnings("ArrayRecordComponent") // a block is its bytes; nobody compares two of them
public record SealedBlock(
        byte[] bytes,
        int length,
        int records,
        List<PartitionSlice> slices,
        long token,
        long minTimestamp,
        long maxTimestamp) {
    /** The type of a block's entry in the data log. */
    public static final int ENTRY_TYPE = 1;

    public SealedBlock {
        requireNonNull(bytes, "bytes is null");
        slices = List.copyOf(slices);
    }
}
