// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;

/** Where reading a partition begins that nobody has read yet. */
public sealed interface StartAt {
    /** Its first record. */
    record Earliest() implements StartAt {}

    /** Its end at the moment of the first start. */
    record Latest() implements StartAt {}

    /** Where the group's committed offset is; its end at the moment of the first start if there is none. */
    record Group() implements StartAt {}

    /** Its first record with this timestamp or a later one; its end if there is none. */
    record Time(Instant instant) implements StartAt {}

    /** Parses {@code earliest}, {@code latest}, {@code group} or an ISO time with a zone. */
    static StartAt parse(String text) {
        return switch (text.trim()) {
            case "earliest" -> new Earliest();
            case "latest" -> new Latest();
            case "group" -> new Group();
            default -> new Time(parseTime(text.trim()));
        };
    }

    /** Parses {@code partition:offset} pairs separated by commas. */
    static Map<String, Long> parsePositions(String text) {
        Map<String, Long> positions = new TreeMap<>();
        for (String pair : text.trim().split("\\s*,\\s*", -1)) {
            int colon = pair.lastIndexOf(':');
            long offset = colon < 0 ? -1 : parseOffset(pair.substring(colon + 1).trim());
            if (offset < 0) {
                throw new IllegalArgumentException(
                        "'" + pair + "' is not a partition and an offset, such as lines-0:42");
            }
            if (positions.put(pair.substring(0, colon).trim(), offset) != null) {
                throw new IllegalArgumentException("'" + pair.substring(0, colon) + "' is named twice");
            }
        }
        return positions;
    }

    private static Instant parseTime(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "give earliest, latest, group or a time with its zone, such as 2025-11-22T10:00:00Z", e);
        }
    }

    private static long parseOffset(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
