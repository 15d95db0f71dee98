// SPDX-License-Identifier: Apache-2.0
/**
 * The block ledger: a log of facts (block added, batch planned, batch committed, …) from which everything that a program
 * must remember is rebuilt. What is not a fact did not happen.
 */
@NullMarked
package io.millrace.core.ledger;

import org.jspecify.annotations.NullMarked;
