// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.OffsetRange;
import io.millrace.spi.direct.RangeReader;
import java.util.ArrayList;
import java.util.List;

/** Reads ranges to their end. */
final class Reading {
    private Reading() {}

    /** The values of a range as text. */
    static List<String> values(RangeReader reader, OffsetRange range) throws Exception {
        reader.open(range);
        return rest(reader);
    }

    /** The values that are left in the range that is open. */
    static List<String> rest(RangeReader reader) throws Exception {
        List<String> values = new ArrayList<>();
        for (RangeReader.Chunk chunk = reader.fetch(); chunk != null; chunk = reader.fetch()) {
            chunk.forEach(record -> values.add(record.valueUtf8()));
        }
        return values;
    }
}
