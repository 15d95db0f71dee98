// SPDX-License-Identifier: Apache-2.0
/**
 * The log on HDFS: a directory per epoch, claims that are created once and never deleted, and segments of one block each
 * whose writer is shut out by renaming its directory and recovering its leases.
 */
@NullMarked
package io.millrace.wal.hdfs;

import org.jspecify.annotations.NullMarked;
