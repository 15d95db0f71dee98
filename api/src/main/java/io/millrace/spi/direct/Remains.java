// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.direct;

import io.millrace.api.source.OffsetRange;
import java.util.List;

/**
 * What a source still has of ranges that it planned, and what it lost of them.
 *
 * @param ranges what can still be read: planned ranges as they were, or parts of them, in their order
 * @param lost the rest
 * @since 0.1
 */
public record Remains(List<OffsetRange> ranges, List<OffsetRange> lost) {
    public Remains {
        ranges = List.copyOf(ranges);
        lost = List.copyOf(lost);
    }

    /** Nothing is lost. */
    public static Remains all(List<OffsetRange> planned) {
        return new Remains(planned, List.of());
    }
}
