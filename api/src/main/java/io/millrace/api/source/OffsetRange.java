// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.source;

import static java.util.Objects.requireNonNull;

/**
 * A part of one source partition that can be read any number of times: {@code [from, until)}. It is data: it can be
 * written to the ledger, printed, sent to another machine and opened there.
 *
 * @param partition the source partition's name, such as {@code lines-0}
 * @param from the first position read
 * @param until the position after the last
 * @param records how many records it holds, as far as the source can tell without reading; an upper bound where offsets
 *     have gaps
 * @since 0.1
 */
public record OffsetRange(String partition, Position from, Position until, long records) {
    public OffsetRange {
        requireNonNull(partition, "partition is null");
        requireNonNull(from, "from is null");
        requireNonNull(until, "until is null");
    }

    @Override
    public String toString() {
        return partition + "[" + from + "," + until + ")";
    }
}
