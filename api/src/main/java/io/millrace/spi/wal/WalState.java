// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

/**
 * Whether a writer can append.
 *
 * @since 0.1
 */
public enum WalState {
    /** It can. */
    OPEN,
    /** Never again: a higher epoch exists. */
    FENCED,
    /** Never again: an append's outcome is unknown, or the medium is unusable. */
    FAILED,
    /** It was closed. */
    CLOSED
}
