// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A header of a record. Its value is not copied and must not be changed after it was passed.
 *
 * @since 0.1
 */
public final class RecordHeader {
    private final String name;
    private final byte @Nullable [] value;

    /** A header; the value is null if it has none. */
    public RecordHeader(String name, byte @Nullable [] value) {
        this.name = requireNonNull(name, "name is null");
        this.value = value;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its value, or null. */
    public byte @Nullable [] value() {
        return value;
    }
}
