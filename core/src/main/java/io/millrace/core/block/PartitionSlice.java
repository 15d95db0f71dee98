// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static java.util.Objects.requireNonNull;

import io.millrace.api.source.Position;

/**
 * What a block holds of one source partition: everything in {@code [from, until)}.
 *
 * @param partition the source partition's name
 * @param from where the slice begins: where the one before it ended
 * @param until where to read next after it
 * @param records how many records of the partition the block holds; 0 if only the position moved, over records that the
 *     source does not show (such as the markers of its transactions)
 */
public record PartitionSlice(String partition, Position from, Position until, int records) {
    public PartitionSlice {
        requireNonNull(partition, "partition is null");
        requireNonNull(from, "from is null");
        requireNonNull(until, "until is null");
    }
}
