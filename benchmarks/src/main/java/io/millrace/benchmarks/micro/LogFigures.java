// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * What one measurement of a log or a file gave.
 *
 * @param mibPerSecond what was durable, in MiB per second
 * @param syncs how often the disk was asked to sync
 * @param syncsPerMib the same, by amount
 * @param medianNanos half of the acknowledgements came faster
 * @param p99Nanos all but a hundredth of them came faster
 * @param cpuMillisPerMib what the process used
 */
record LogFigures(
        double mibPerSecond, long syncs, double syncsPerMib, long medianNanos, long p99Nanos, double cpuMillisPerMib) {
    private static final double MIB = 1 << 20;

    static void printHeader() {
        System.out.printf(
                Locale.ROOT,
                "%-24s %10s %12s %12s %12s %12s%n",
                "what",
                "MiB/s",
                "syncs/MiB",
                "ack p50",
                "ack p99",
                "CPU ms/MiB");
    }

    void print(String what) {
        System.out.printf(
                Locale.ROOT,
                "%-24s %10.1f %12.2f %9.2f ms %9.2f ms %12.2f%n",
                what,
                mibPerSecond,
                syncsPerMib,
                medianNanos / 1e6,
                p99Nanos / 1e6,
                cpuMillisPerMib);
    }

    /** Begins to measure. */
    static Watch watch() {
        return new Watch(System.nanoTime(), cpuNanos());
    }

    /** When a measurement began. */
    record Watch(long begunNanos, long cpuNanosBefore) {
        LogFigures figures(long bytes, long syncs, long[] took) {
            double seconds = (System.nanoTime() - begunNanos) / 1e9;
            double cpu = (cpuNanos() - cpuNanosBefore) / 1e6;
            double mib = bytes / MIB;
            long[] sorted = took.clone();
            Arrays.sort(sorted);
            return new LogFigures(
                    mib / seconds,
                    syncs,
                    syncs / mib,
                    sorted[sorted.length / 2],
                    sorted[(int) (sorted.length * 0.99)],
                    cpu / mib);
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    static void fill(ByteBuffer bytes) {
        bytes.clear();
        while (bytes.hasRemaining()) {
            bytes.put((byte) (bytes.position() * 31));
        }
        bytes.clear();
    }
}
