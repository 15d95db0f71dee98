// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import io.millrace.benchmarks.workload.Keyed;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * A number of batches of the same size, made in the process, so that what is measured is the engine alone. Batch
 * {@code b}, counted from 0, has the records {@code b × recordsPerBatch} and following; record {@code i} is in partition
 * {@code i mod partitions}. Serializable, since Spark writes its programs to its checkpoint.
 *
 * @param workload what the records are
 * @param intervalMillis the batch interval
 * @param partitions into how many partitions a batch is divided
 * @param recordsPerBatch how many records a batch has, a multiple of {@code partitions}
 * @param keys how many keys there are
 * @param windowBatches how many batches a window has, for programs with one
 * @param warmUp how many batches come before those that are measured
 * @param measured how many batches are measured
 */
public record BatchTask(
        Keyed workload,
        long intervalMillis,
        int partitions,
        int recordsPerBatch,
        int keys,
        int windowBatches,
        int warmUp,
        int measured)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Checks the numbers. */
    public BatchTask {
        if (recordsPerBatch % partitions != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d records a batch are not a multiple of %d partitions",
                    recordsPerBatch,
                    partitions));
        }
    }

    /** Returns what this JVM was told. */
    public static BatchTask ofThisJvm() {
        return new BatchTask(
                Keyed.valueOf(ThisJvm.property("workload").toUpperCase(Locale.ROOT)),
                Long.parseLong(ThisJvm.property("interval-millis")),
                number("partitions"),
                number("records-per-batch"),
                number("keys"),
                number("window-batches"),
                number("warm-up"),
                number("measured"));
    }

    /** Returns the arguments for the JVM that shall do this. */
    public List<String> jvmArguments() {
        return List.of(
                ThisJvm.argument("workload", workload),
                ThisJvm.argument("interval-millis", intervalMillis),
                ThisJvm.argument("partitions", partitions),
                ThisJvm.argument("records-per-batch", recordsPerBatch),
                ThisJvm.argument("keys", keys),
                ThisJvm.argument("window-batches", windowBatches),
                ThisJvm.argument("warm-up", warmUp),
                ThisJvm.argument("measured", measured));
    }

    /** How many batches there are. */
    public int batches() {
        return warmUp + measured;
    }

    /** How many records there are. */
    public long records() {
        return (long) batches() * recordsPerBatch;
    }

    private static int number(String name) {
        return Integer.parseInt(ThisJvm.property(name));
    }
}
