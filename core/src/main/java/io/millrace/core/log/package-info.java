// SPDX-License-Identifier: Apache-2.0

/**
 * A log of entries on whatever a {@link io.millrace.spi.wal.WalStore} stores: group commit, framing, replay. The block
 * data, the ledger and the state are each one such log.
 */
@NullMarked
package io.millrace.core.log;

import org.jspecify.annotations.NullMarked;
