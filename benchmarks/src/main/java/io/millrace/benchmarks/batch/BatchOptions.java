// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.batch;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What the commands about batches have in common. */
final class BatchOptions {
    @Option(names = "--rounds", description = "How many rounds; each runs every system once.")
    private int rounds = 3;

    @Option(names = "--interval-ms", description = "The batch interval in ms.")
    private long intervalMillis = 1_000;

    @Option(names = "--partitions", description = "How many partitions a batch has.")
    private int partitions = 4;

    @Option(names = "--measured", description = "How many batches are measured, after those that warm up.")
    private int measured = 20;

    @Option(names = "--heap", split = ",", description = "The heap of every system.")
    private List<String> heap = List.of("-Xms2g", "-Xmx4g");

    @Option(names = "--timeout", description = "Seconds after which a run has failed.")
    private int timeout = 600;

    @Option(names = "--output", description = "The directory for the output of each run.")
    private Path output = Path.of("benchmarks", "target", "results");

    int rounds() {
        return rounds;
    }

    long intervalMillis() {
        return intervalMillis;
    }

    int partitions() {
        return partitions;
    }

    int measured() {
        return measured;
    }

    List<String> heap() {
        return heap;
    }

    int timeout() {
        return timeout;
    }

    Path output() {
        return output;
    }
}
