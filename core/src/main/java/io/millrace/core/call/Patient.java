// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.call;

import java.time.Duration;

/** Something whose closing waits for code that is not the engine's, which may never return. */
public interface Patient extends AutoCloseable {
    /** How long {@link #close()} waits. */
    Duration PATIENCE = Duration.ofSeconds(5);

    /** Closes it, and gives up what has not returned by then; nothing happens if it is closed already. */
    void close(Duration patience);

    @Override
    default void close() {
        close(PATIENCE);
    }
}
