// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

/**
 * Takes the entries that a {@link SliceLongFunction} makes. Valid during the call only, on its thread.
 *
 * @since 0.1
 */
public interface SliceLongEmitter {
    /**
     * Emits {@code value} for the key {@code bytes[offset, offset + length)}, which is copied if it must be kept.
     *
     * @throws Exception what an operator after this one fails with. The task fails with it, also if the function catches it
     */
    void emit(byte[] bytes, int offset, int length, long value) throws Exception;
}
