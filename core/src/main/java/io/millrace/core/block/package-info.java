// SPDX-License-Identifier: Apache-2.0
/**
 * Blocks: a receiver's records of a short while, in the one form in which they lie in memory, are written to the log and
 * are read by tasks. The form is that of {@code docs/spec/block-format.md}.
 */
@NullMarked
package io.millrace.core.block;

import org.jspecify.annotations.NullMarked;
