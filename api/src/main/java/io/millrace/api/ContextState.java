// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

/**
 * Where a {@link StreamingContext} is in its life. It only moves forward (Spark: {@code StreamingContextState}).
 *
 * @since 0.1
 */
public enum ContextState {
    /** Streams and outputs may be declared; nothing runs. */
    INITIALIZED,
    /** Started: batches run. Declaring anything more is refused. */
    ACTIVE,
    /** Stopped, or failed to start. Never started again. */
    STOPPED
}
