// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Measures this process from the beginning of {@code main}. {@link #counted} may be called by any thread. */
final class Meter {
    /** A system is up when it has counted this many. */
    static final long STARTED_RECORDS = 10_000;

    private static final double NANOS = 1e9;

    private final long start = System.nanoTime();
    private final AtomicLong records = new AtomicLong();
    private volatile double startupSeconds;
    private volatile long startupRssKb;

    /** Tells that so many more records are in the totals; to be called once a batch, not once a record. */
    void counted(long more) {
        long now = records.addAndGet(more);
        if (now >= STARTED_RECORDS && now - more < STARTED_RECORDS) {
            startupSeconds = seconds();
            startupRssKb = peakRssKb();
        }
    }

    /** Prints the result; nothing that is measured may still run. */
    void report(long checksum) {
        double seconds = seconds();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double cpuSeconds = system.getProcessCpuTime() / NANOS;
        Result result =
                new Result(records.get(), seconds, cpuSeconds, startupSeconds, startupRssKb, peakRssKb(), checksum);
        try {
            System.out.println(Result.LINE + new ObjectMapper().writeValueAsString(result));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + result, e);
        }
    }

    private double seconds() {
        return (System.nanoTime() - start) / NANOS;
    }

    /** Linux's own account of the process: the JVM's says nothing of its native memory. */
    private static long peakRssKb() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the process's status: benchmarks run on Linux only", e);
        }
    }
}
