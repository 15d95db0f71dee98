// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

/**
 * What a store may be able to do beyond the minimum. The conformance kit asserts that what is not declared is refused
 * correctly.
 *
 * @since 0.1
 */
public enum WalCapability {
    /** Opening with a higher epoch makes every later append of a lower one fail, wherever its writer is. */
    FENCES_LIVE_WRITER,
    /**
     * Refuses a second claim while the first holder has its lock. Beside {@link #FENCES_LIVE_WRITER} the lock is the first
     * barrier: a holder that lost it without knowing is fenced.
     */
    EXCLUSIVE_LOCK_ONLY,
    /** A reader sees what is acknowledged before the segment is sealed. */
    VISIBLE_BEFORE_SEAL,
    /** Requests cost money: batches are held back for the linger time even when the store is idle. */
    COSTS_PER_REQUEST
}
