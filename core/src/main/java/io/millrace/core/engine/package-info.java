// SPDX-License-Identifier: Apache-2.0
/**
 * What holds a running program together: the thread that owns the ledger, the inputs, the batches from tick to commit,
 * the order of starting and stopping, and the one place where everything is wired.
 */
@NullMarked
package io.millrace.core.engine;

import org.jspecify.annotations.NullMarked;
