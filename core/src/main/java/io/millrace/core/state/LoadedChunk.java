// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

/** A chunk of a state that was read and checked, and is not in the state yet. */
public interface LoadedChunk {
    /** In how many parts it is taken in, each of which may be on a thread of its own. */
    int parts();

    /** Chunks begin in their order, on one thread, before any part of them is taken in. */
    default void begin() {}

    /** Takes a part in; the same part of the chunks before was taken in already. */
    void take(int part);
}
