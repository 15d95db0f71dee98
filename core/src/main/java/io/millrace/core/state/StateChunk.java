// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteWriter;
import io.millrace.core.log.LogHandle;
import io.millrace.spi.wal.WalException;
import org.jspecify.annotations.Nullable;

/**
 * A piece of what a batch writes for a state: bytes that are to be appended to the state log, or what was appended.
 *
 * @param state the state's name
 * @param snapshot whether the pieces of this batch hold all of the state
 * @param bytes the log entry's payload, in the format of {@link StateFormat}; empty if it was appended
 * @param appended where it is in the state log; null if it is to be appended
 */
public record StateChunk(
        String state,
        boolean snapshot,
        ByteWriter bytes,
        @Nullable LogHandle appended) {
    /** What to say if the state log did not take it. */
    public WalException refused(WalException failure) {
        return StateFormat.refused(state, failure);
    }

    StateChunk(String state, boolean snapshot, ByteWriter bytes) {
        this(state, snapshot, bytes, null);
    }

    static StateChunk appended(String state, boolean snapshot, LogHandle handle) {
        return new StateChunk(state, snapshot, new ByteWriter(0), handle);
    }
}
