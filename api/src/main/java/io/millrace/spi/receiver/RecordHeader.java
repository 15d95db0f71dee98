// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A header of a record.
 *
 * @param name its name
 * @param value its value; null if it has none. Not changed after it was passed
 * @since 0.1
 */
public record RecordHeader(String name, byte @Nullable [] value) {
    public RecordHeader {
        requireNonNull(name, "name is null");
    }
}
