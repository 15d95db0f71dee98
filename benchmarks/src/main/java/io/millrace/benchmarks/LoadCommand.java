// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks;

import io.millrace.benchmarks.compare.Loader;
import io.millrace.benchmarks.workload.Workload;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fills a topic of a broker that runs already. */
@Command(
        name = "load",
        description = "Creates a topic and fills it with the records of a workload.",
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "What to produce: ${COMPLETION-CANDIDATES}.")
    private Workload workload;

    @Option(names = "--bootstrap-servers", required = true, description = "The broker.")
    private String bootstrapServers;

    @Option(names = "--topic", required = true, description = "The topic, which must not exist.")
    private String topic;

    @Option(names = "--records", required = true, description = "How many records.")
    private long records;

    @Override
    public Integer call() throws ExecutionException, InterruptedException {
        new Loader(bootstrapServers).load(topic, workload, records);
        return 0;
    }
}
