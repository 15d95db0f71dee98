// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.demo.DemoEngineArguments;
import io.millrace.cli.demo.EngineSpec;
import io.millrace.cli.demo.WordCountEngine;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace demo-engine}: the engine process of the demo, started by {@code millrace demo} only. */
@Command(name = DemoEngineArguments.COMMAND, hidden = true)
final class DemoEngineCommand implements Callable<Integer> {
    @Option(names = "--plugins", required = true)
    private Path plugins = Path.of("");

    @Option(names = "--receiver", required = true)
    private String receiver = "";

    @Option(names = "--set")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--batch-interval", required = true, converter = DemoCommand.DurationConverter.class)
    private Duration batchInterval = Duration.ZERO;

    @Option(names = "--checkpoint", required = true)
    private URI checkpoint = URI.create("");

    @Option(names = "--wal-config")
    private @Nullable Path walConfig;

    @Option(names = "--results", required = true)
    private Path results = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
        PrintStream reports = System.out;
        System.setOut(System.err); // whatever else is printed must not come between the reports
        EngineSpec spec = new EngineSpec(plugins, receiver, settings, batchInterval, checkpoint, walConfig, results);
        return WordCountEngine.run(spec, System.in, reports);
    }
}
