// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteWriter;

/**
 * A piece of what a batch writes for a state, ready for the state log.
 *
 * @param state the state's name
 * @param snapshot whether the pieces of this batch hold all of the state
 * @param bytes the log entry's payload, in the format of {@link StateFormat}
 */
public record StateChunk(String state, boolean snapshot, ByteWriter bytes) {}
