// SPDX-License-Identifier: Apache-2.0

/**
 * Logs in this process's memory: the reference implementation of the SPI, and what tests and throw-away programs use.
 */
@NullMarked
package io.millrace.core.wal.memory;

import org.jspecify.annotations.NullMarked;
