// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalException;

/**
 * Takes the outcome of one append, exactly once. Called in the order of the appends, on a thread of the log or the
 * store; must return quickly and not wait for the log.
 */
public interface AppendCallback {
    /** The entry is durable. */
    void durable(LogHandle handle);

    /** The entry is not, or not known to be, durable: see {@link WalException#outcome()}. */
    void failed(WalException failure);
}
