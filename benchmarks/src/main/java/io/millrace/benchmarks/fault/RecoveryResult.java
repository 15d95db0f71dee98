// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

/**
 * What a process of {@link RecoveryCommand} measured.
 *
 * @param firstSeconds from the start of the JVM until the first batch with records was committed
 * @param records how many records were committed in that and the later batches
 * @param seconds from the start of the engine until the last was; for VERIFY, how long it took
 * @param bytes for VERIFY, what was read
 */
public record RecoveryResult(double firstSeconds, long records, double seconds, long bytes) {}
