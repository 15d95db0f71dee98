// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.codec;

import java.io.Serializable;

/**
 * How values of one type become bytes on durable storage and back. Types are erased and no class name is ever stored:
 * what identifies the format is {@link #id()} and {@link #version()}, which are. Implementations are stateless and are
 * called from several threads.
 *
 * @param <T> the type
 * @since 0.1
 */
public interface Codec<T> extends Serializable {
    /** Names the format for ever, such as {@code string} or {@code com.example.order}; not a class name. */
    String id();

    /** The version that {@link #encode} writes; {@link #decode} must read this and every lower one. */
    default int version() {
        return 1;
    }

    /** Appends {@code value} to {@code out}. */
    void encode(T value, ByteWriter out);

    /**
     * Reads one value.
     *
     * @param in positioned at the value; bounded by its end
     * @param version the version that wrote it
     */
    T decode(ByteReader in, int version);
}
