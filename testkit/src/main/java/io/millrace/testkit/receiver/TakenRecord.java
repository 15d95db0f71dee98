// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record that a {@link SimulatedEngine} took.
 *
 * @param partition the name of its source partition
 * @param offset its own position; −1 if it was appended without one
 * @param timestamp epoch milliseconds; negative if it has none
 * @param key its key as UTF-8; null if it has none
 * @param value its value as UTF-8; null if it has none
 * @param headers the values of its headers as UTF-8, by name
 * @since 0.1
 */
public record TakenRecord(
        String partition,
        long offset,
        long timestamp,
        @Nullable String key,
        @Nullable String value,
        Map<String, String> headers) {}
