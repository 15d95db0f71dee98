// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The process that is measured: what it was told, what it used, and how it answers. */
public final class ThisJvm {
    /** What the line of a result starts with; the rest of it is JSON. */
    public static final String RESULT = "RESULT ";

    private static final String PREFIX = "millrace.benchmark.";

    private ThisJvm() {}

    /** Returns the argument that gives a JVM a property; {@link #property} reads it there. */
    public static String argument(String name, Object value) {
        return "-D" + PREFIX + name + "=" + value;
    }

    /** Returns a property that the benchmarks' runner gave this JVM. */
    public static String property(String name) {
        String value = System.getProperty(PREFIX + name);
        if (value == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "system property %s is missing: this class is started by the benchmarks' runner",
                    PREFIX + name));
        }
        return value;
    }

    /** Returns the processor time that this process has used, in seconds. */
    public static double cpuSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Returns the most resident memory that this process ever had: Linux's account, which knows native memory too. */
    public static long peakRssKb() {
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

    /** Returns the bytes of heap that are used when all garbage is gone. */
    public static long liveHeapBytes() {
        long used = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    /** Answers the runner. */
    public static void report(Object result) {
        try {
            System.out.println(RESULT + new ObjectMapper().writeValueAsString(result));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + result, e);
        }
    }
}
