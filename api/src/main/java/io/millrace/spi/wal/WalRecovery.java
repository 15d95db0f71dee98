// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

/**
 * What opening a log found and did.
 *
 * @param start the first position that is still there
 * @param end after the last byte of the sealed part; equal to {@code start} if the log is empty
 * @param tornBytes how many bytes of an unfinished append were cut off
 * @since 0.1
 */
public record WalRecovery(WalPosition start, WalPosition end, long tornBytes) {}
