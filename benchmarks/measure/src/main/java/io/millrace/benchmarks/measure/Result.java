// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

/**
 * What one run of a system came to.
 *
 * @param records how many records were counted
 * @param seconds from {@code main} until all of them were
 * @param cpuSeconds processor time of the whole process, its start included
 * @param startupSeconds from {@code main} until the first {@value Meter#STARTED_RECORDS} were counted
 * @param startupRssKb largest resident memory until then
 * @param peakRssKb largest resident memory of all
 * @param checksum the answer, as {@link io.millrace.benchmarks.workload.Workload} defines it
 */
public record Result(
        long records,
        double seconds,
        double cpuSeconds,
        double startupSeconds,
        long startupRssKb,
        long peakRssKb,
        long checksum) {
    /** Returns the throughput in records per second. */
    public double throughput() {
        return records / seconds;
    }

    /** Returns the processor time of a record in microseconds. */
    public double cpuMicrosPerRecord() {
        return cpuSeconds * 1e6 / records;
    }
}
