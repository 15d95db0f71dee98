// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

/**
 * What batches of the same size cost a system.
 *
 * @param medianMillis from the start of a batch until its result is there, and durable where the system promises that
 * @param p99Millis the same, of the slowest hundredth
 * @param cpuMillis processor time of the whole process for a batch
 * @param heapBytesPerKey live heap for a key that is held, without the key and its value; 0 if not measured
 * @param checksum of what the last batch put out: the sum of {@code key.hashCode()} times its value
 */
public record BatchResult(
        double medianMillis, double p99Millis, double cpuMillis, double heapBytesPerKey, long checksum) {}
