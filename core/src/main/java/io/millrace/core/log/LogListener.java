// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalException;
import org.jspecify.annotations.Nullable;

/** Is told when a log's state changes, on a thread of the log or the store; must return quickly. */
@FunctionalInterface
public interface LogListener {
    /** Does nothing. */
    LogListener NONE = (log, state, cause) -> {};

    /**
     * The log called {@code log} is now in {@code state}.
     *
     * @param cause what the store said, if that is why
     */
    void stateChanged(String log, LogState state, @Nullable WalException cause);
}
