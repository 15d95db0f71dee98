// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

/**
 * Takes what a receiver receives. Used by the receiver's thread only.
 *
 * @since 0.1
 */
public interface RecordSink {
    /**
     * Takes a record; blocks while the engine is held up or pauses the receiver.
     *
     * @param value the record's bytes, which are copied
     * @throws InterruptedException if the receiver is stopped; the record was not taken
     * @throws IllegalArgumentException if the record is larger than {@code record.max-bytes}
     */
    void store(byte[] value) throws InterruptedException;

    /** How many records were stored by this input since the program was first started. */
    long stored();
}
