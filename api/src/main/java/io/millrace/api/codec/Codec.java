// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.codec;

import java.io.Serializable;

/**
 * How values of one type become bytes on durable storage and back. Types are erased and no class name is ever stored:
 * what identifies the format is {@link #id()} and {@link #version()}, which are. Implementations are stateless and are
 * called from several threads.
 *
 * <p>A codec of keys keeps two rules, since keys are compared by {@code equals} in memory and by their bytes where a state
 * store or another machine holds them: <em>equal keys have equal bytes</em>, and what is read back equals what was written.
 * A key of which case does not matter is thus written in one case; a set, in one order. A state that finds a key to equal
 * another and to be written differently refuses it. {@code io.millrace.testkit.codec.CodecConformance} tests a codec.
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
