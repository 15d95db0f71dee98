// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * How much of the machine was taken by others while something ran: a figure measured on a busy machine says little, and
 * a table should show it. Linux only.
 */
final class Interference {
    private static final double TICKS_PER_SECOND = 100;
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    private static final int STEAL = 7;

    private final long brokerPid;
    private final long start = System.nanoTime();
    private final double busyAtStart = busySeconds();
    private final double brokerAtStart;

    /** Begins to watch; what the broker's process uses belongs to the run. */
    Interference(long brokerPid) throws IOException {
        this.brokerPid = brokerPid;
        this.brokerAtStart = brokerSeconds();
    }

    /** Returns the part of all processors, 0 to 1, that neither the run nor the broker used and that was not idle. */
    double share(double runCpuSeconds) throws IOException {
        double others = busySeconds() - busyAtStart - (brokerSeconds() - brokerAtStart) - runCpuSeconds;
        double all = (System.nanoTime() - start) / 1e9 * Runtime.getRuntime().availableProcessors();
        return Math.max(0, others / all);
    }

    private double brokerSeconds() {
        return ProcessHandle.of(brokerPid)
                        .flatMap(broker -> broker.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    /** The processors' time since boot in which they were not idle, that taken by other virtual machines included. */
    private static double busySeconds() throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/stat")).get(0);
        long[] ticks = Stream.of(cpu.split(" +", -1))
                .skip(1)
                .mapToLong(Long::parseLong)
                .toArray();
        long busy = 0;
        for (int field = 0; field <= STEAL; field++) {
            busy += field == IDLE || field == IO_WAIT ? 0 : ticks[field];
        }
        return busy / TICKS_PER_SECOND;
    }
}
