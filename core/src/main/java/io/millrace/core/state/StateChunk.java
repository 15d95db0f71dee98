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
 * @param large the key of an entry that may be too large for the log; null if there is none, or the key is not known
 */
public record StateChunk(
        String state,
        boolean snapshot,
        ByteWriter bytes,
        @Nullable LogHandle appended,
        @Nullable Object large) {
    /** What to say if the state log did not take it. */
    public WalException refused(WalException failure) {
        return StateFormat.refused(state, large, failure);
    }

    StateChunk(String state, boolean snapshot, ByteWriter bytes, @Nullable Object large) {
        this(state, snapshot, bytes, null, large);
    }

    static StateChunk appended(String state, boolean snapshot, LogHandle handle) {
        return new StateChunk(state, snapshot, new ByteWriter(0), handle, null);
    }
}
