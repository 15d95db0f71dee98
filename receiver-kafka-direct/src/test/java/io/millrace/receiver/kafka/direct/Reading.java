// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.OffsetRange;
import io.millrace.spi.direct.RangeReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads ranges to their end. */
final class Reading {
    private Reading() {}

    /** The values of a range as text. */
    static List<@Nullable String> values(RangeReader reader, OffsetRange range) throws Exception {
        List<@Nullable String> values = new ArrayList<>();
        reader.open(range);
        for (RangeReader.Chunk chunk = reader.fetch(); chunk != null; chunk = reader.fetch()) {
            chunk.forEach(record -> values.add(record.value() == null ? null : record.valueUtf8()));
        }
        return values;
    }
}
