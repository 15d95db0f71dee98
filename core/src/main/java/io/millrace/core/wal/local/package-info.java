// SPDX-License-Identifier: Apache-2.0

/**
 * Logs on a disk of this machine: segments in a directory per log, one lock and one epoch for all of them. What is asked
 * of the file system goes through {@link io.millrace.core.wal.local.SegmentFs} alone.
 */
@NullMarked
package io.millrace.core.wal.local;

import org.jspecify.annotations.NullMarked;
