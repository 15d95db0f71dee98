// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import java.util.List;

/**
 * Programs that are stopped gracefully while records come, one after the other.
 *
 * @param stops how many
 * @param runMillis how long each runs at least; up to a batch interval more, so that stops come at any phase of a batch
 * @param intervalMillis the batch interval
 * @param gapMicros how long the receiver pauses after each record
 * @param log whether received records go through a write-ahead log
 */
public record StopTask(int stops, long runMillis, long intervalMillis, long gapMicros, boolean log) {
    /** How long a stop may take before it counts as late. */
    public static final long DEADLINE_MILLIS = 60_000;

    /** Returns what this JVM was told. */
    public static StopTask ofThisJvm() {
        return new StopTask(
                Integer.parseInt(ThisJvm.property("stops")),
                Long.parseLong(ThisJvm.property("run-millis")),
                Long.parseLong(ThisJvm.property("interval-millis")),
                Long.parseLong(ThisJvm.property("gap-micros")),
                Boolean.parseBoolean(ThisJvm.property("log")));
    }

    /** Returns the arguments for the JVM that shall do this. */
    public List<String> jvmArguments() {
        return List.of(
                ThisJvm.argument("stops", stops),
                ThisJvm.argument("run-millis", runMillis),
                ThisJvm.argument("interval-millis", intervalMillis),
                ThisJvm.argument("gap-micros", gapMicros),
                ThisJvm.argument("log", log));
    }

    /** How long the program runs that is stopped as number {@code stop}. */
    public long runMillis(int stop) {
        return runMillis + intervalMillis * (stop * 7L % 10) / 10;
    }
}
