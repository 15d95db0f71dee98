// SPDX-License-Identifier: Apache-2.0

/**
 * How a log is laid out in bytes: segments, frames, and what a torn tail is. Knows no file system and no thread: bytes
 * come in through {@link io.millrace.wal.support.SegmentInput} and go out as buffers. {@code docs/spec/log-format.md} is
 * the contract, clause by clause.
 */
@NullMarked
package io.millrace.wal.support;

import org.jspecify.annotations.NullMarked;
