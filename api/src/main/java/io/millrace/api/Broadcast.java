// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.io.Serializable;

/**
 * A value that every task reads: made by the program at each start, so that it needs no recovery, and sent once to each
 * machine by a scheduler that has several. Not to be changed.
 *
 * @since 0.1
 */
public interface Broadcast<T> extends Serializable {
    /** The value; from any thread. */
    T value();
}
