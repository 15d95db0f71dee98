// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import java.util.concurrent.atomic.AtomicLong;

/** Measures this process from the beginning of {@code main}. {@link #counted} may be called by any thread. */
public final class Meter {
    /** A system is up when it has counted this many. */
    public static final long STARTED_RECORDS = 10_000;

    private static final double NANOS = 1e9;

    private volatile long start = System.nanoTime();
    private final AtomicLong records = new AtomicLong();
    private volatile double startupSeconds;
    private volatile long startupRssKb;

    /** Starts to measure. */
    public Meter() {}

    /** Leaves out what was until now: for a curve of throughput, in which start-up has no place. */
    public void beginNow() {
        start = System.nanoTime();
    }

    /** Tells that so many more records are in the totals; to be called once a batch, not once a record. */
    public void counted(long more) {
        long now = records.addAndGet(more);
        if (now >= STARTED_RECORDS && now - more < STARTED_RECORDS) {
            startupSeconds = seconds();
            startupRssKb = ThisJvm.peakRssKb();
        }
    }

    /** Prints the result; nothing that is measured may still run. */
    public void report(long checksum) {
        double seconds = seconds();
        ThisJvm.report(new Result(
                records.get(),
                seconds,
                ThisJvm.cpuSeconds(),
                startupSeconds,
                startupRssKb,
                ThisJvm.peakRssKb(),
                checksum));
    }

    private double seconds() {
        return (System.nanoTime() - start) / NANOS;
    }
}
