// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

/**
 * When bytes count as durable.
 *
 * @since 0.1
 */
public enum SyncMode {
    /** When every datanode of the block has them on its disk: they survive a loss of power everywhere. */
    HSYNC,
    /** When every datanode of the block has them in memory: they survive the loss of machines, not of power everywhere. */
    HFLUSH
}
