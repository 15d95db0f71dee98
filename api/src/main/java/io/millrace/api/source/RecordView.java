// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.source;

import org.jspecify.annotations.Nullable;

/**
 * One record as it lies in memory, valid during the call it is passed to and on that thread only; the next record is
 * shown by the same object.
 *
 * @since 0.1
 */
public interface RecordView {
    /** The key; null if the record has none. */
    @Nullable
    Slice key();

    /**
     * The value; null if the record has none (a tombstone).
     *
     * @throws io.millrace.api.MillraceException if it is too long for the input; let it pass, so that the program's {@link
     *     io.millrace.api.OnRecordError} is asked
     */
    @Nullable
    Slice value();

    /** The source's timestamp of the record in epoch milliseconds; negative if it has none. */
    long timestamp();

    /** The name of the source partition, such as {@code lines-0}. */
    String partition();

    /** The record's own offset in its partition; −1 if the source has no numeric positions. */
    long offset();

    /** How many headers the record has. */
    int headers();

    /** The name of the header at {@code index}. */
    String headerName(int index);

    /** The value of the header at {@code index}; null if it has none. */
    @Nullable
    Slice headerValue(int index);

    /**
     * The value as UTF-8.
     *
     * @throws NullPointerException if the record has no value
     */
    default String valueUtf8() {
        Slice value = value();
        if (value == null) {
            throw new NullPointerException("record at offset " + offset() + " of " + partition() + " has no value");
        }
        return value.utf8();
    }
}
