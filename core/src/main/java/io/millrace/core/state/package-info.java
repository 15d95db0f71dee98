// SPDX-License-Identifier: Apache-2.0
/**
 * Totals that outlive a batch: tables in memory, and the changes that each batch appends to the state log. What counts
 * is decided by the handles in the ledger's <em>batch committed</em> facts.
 */
@NullMarked
package io.millrace.core.state;

import org.jspecify.annotations.NullMarked;
