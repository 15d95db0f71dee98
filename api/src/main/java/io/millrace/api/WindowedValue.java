// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.time.Instant;

/**
 * What came of a key's values in one event-time window.
 *
 * @param start the beginning of the window, in it
 * @param end the end of the window, no longer in it; for a session, its last event and the gap after it
 * @param value what the values came to
 * @since 0.1
 */
public record WindowedValue<A>(Instant start, Instant end, A value) {}
