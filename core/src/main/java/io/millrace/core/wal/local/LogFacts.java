// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The file {@code LOG} in a log's directory: which log it is and where it begins. A segment before {@code first} was
 * freed and may still be lying about; one at {@code first} or behind it that is missing was lost.
 *
 * @param id the log's random id, which every segment repeats
 * @param first the id of the first segment that counts
 * @param deleted whether the log was deleted; it stays so that its positions are never used again
 */
record LogFacts(UUID id, long first, boolean deleted) {
    private static FactFile file(SegmentFs fs, Path directory) {
        return new FactFile(fs, directory.resolve("LOG"), "millrace-log");
    }

    static Optional<LogFacts> read(SegmentFs fs, Path directory) {
        return file(fs, directory)
                .read(values -> new LogFacts(
                        UUID.fromString(FactFile.value(values, "id")),
                        Long.parseUnsignedLong(FactFile.value(values, "first"), 16),
                        Boolean.parseBoolean(FactFile.value(values, "deleted"))));
    }

    void write(SegmentFs fs, Path directory) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("id", id.toString());
        values.put("first", String.format(Locale.ROOT, "%016x", first));
        values.put("deleted", String.valueOf(deleted));
        file(fs, directory).write(values);
    }

    LogFacts startingAt(long segment) {
        return new LogFacts(id, segment, deleted);
    }
}
