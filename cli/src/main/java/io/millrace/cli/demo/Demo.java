// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of the demo from the broker's start to the verification. */
public final class Demo {
    private static final int PARTITIONS = 4;
    private static final int VERIFICATION_FAILED = 1;

    private final DemoOptions options;
    private final PrintWriter out;

    public Demo(DemoOptions options, PrintWriter out) {
        this.options = options;
        this.out = out;
    }

    /**
     * Runs.
     *
     * @return the exit code: 0 only if the verification holds
     */
    public int run() throws InterruptedException, IOException {
        RunDirectory directory = RunDirectory.create(options.directory(), LocalDateTime.now(ZoneId.systemDefault()));
        // Before the first logger is made: nothing may write across the display.
        System.setProperty(
                "org.slf4j.simpleLogger.logFile", directory.supervisorLog().toString());
        describe(directory, origin(directory, options.pluginOrigin()), origin(directory, options.walOrigin()));
        try (Interrupts interrupts = new Interrupts();
                Broker broker = broker(directory);
                LogPlace log = LogPlace.of(options, directory)) {
            Outcome outcome = run(directory, broker, log, interrupts);
            if (outcome.verification().holds()) {
                deleteServers(directory, broker, log);
            }
            return report(outcome, directory);
        }
    }

    /** Ends what was started for the demo; its data is of no use afterwards. */
    private void deleteServers(RunDirectory directory, Broker broker, LogPlace log) throws IOException {
        if (options.bootstrapServers() == null) {
            broker.close();
            RunDirectory.delete(directory.broker());
        }
        log.close();
        RunDirectory.delete(directory.logServer());
    }

    private Outcome run(RunDirectory directory, Broker broker, LogPlace log, Interrupts interrupts)
            throws InterruptedException, IOException {
        out.println("broker       " + broker.describe());
        String topic = "millrace-demo-" + directory.root().getFileName();
        broker.createTopic(topic, PARTITIONS);
        out.println("log          " + log.location() + log.note());
        out.println("topic        " + topic + ", " + PARTITIONS + " partitions");
        out.flush();

        EngineSpec spec = new EngineSpec(
                options.plugins(),
                options.receiver(),
                settings(broker, topic),
                options.batchInterval(),
                log.location(),
                log.settings(),
                directory.results());
        Lines lines = new Lines(options.seed());
        Chaos chaos = options.chaos() ? Chaos.over(options.producing(), options.seed()) : Chaos.none();
        EngineProcess engine = EngineProcess.start(spec, directory.engineLog());
        Supplier<LineProducer> producers =
                () -> LineProducer.start(broker.bootstrapServers(), topic, lines, options.rate(), options.producing());
        LineProducer producer;
        try (Screen screen = Screen.open(out, title())) {
            producer = new Supervisor(
                            spec,
                            directory.engineLog(),
                            engine,
                            producers,
                            options.producing(),
                            chaos,
                            interrupts,
                            screen)
                    .run();
        }
        broker.deleteTopic(topic);
        return new Outcome(
                Verification.of(producer.produced(), lines, Results.readAll(directory.results())), producer.failure());
    }

    private int report(Outcome outcome, RunDirectory directory) {
        Verification verification = outcome.verification();
        verification.findings().forEach(out::println);
        out.println(verification.line());
        out.flush();
        outcome.producerFailure().ifPresent(error -> {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "not all lines could be produced: " + error.getMessage() + "; see " + directory.supervisorLog(),
                    error);
        });
        return verification.holds() ? 0 : VERIFICATION_FAILED;
    }

    /** Finds the plugin first of all: without it, not even the directory stays. */
    private static String origin(RunDirectory directory, Supplier<String> plugin) throws IOException {
        try {
            return plugin.get();
        } catch (MillraceException e) {
            RunDirectory.delete(directory.root());
            throw e;
        }
    }

    private void describe(RunDirectory directory, String pluginOrigin, String walOrigin) {
        out.println(title());
        out.println("directory    " + directory.display() + " (engine.log, demo.log, results)");
        if (directory.earlier() > 0) {
            out.println("             " + directory.earlier() + " earlier "
                    + (directory.earlier() == 1 ? "run lies" : "runs lie")
                    + " beside it, untouched: delete what you no longer need");
        }
        out.println("plugin       " + options.receiver() + " from " + pluginOrigin);
        if (!walOrigin.isEmpty()) {
            out.println("             log store " + walOrigin);
        }
        if (options.chaos()) {
            out.println("chaos        kill -9 of the engine on the way; again the same with --seed " + options.seed());
        }
        if (options.bootstrapServers() == null) {
            out.println("broker       starting");
        }
        if (options.walJars() != null) {
            out.println("log          starting");
        }
        out.flush();
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "Millrace demo: %s, batches of %d ms, %,d lines/s for %d s",
                options.receiver(),
                options.batchInterval().toMillis(),
                options.rate(),
                options.producing().toSeconds());
    }

    private Broker broker(RunDirectory directory) {
        return options.bootstrapServers() != null
                ? Broker.at(options.bootstrapServers())
                : Broker.start(Objects.requireNonNull(options.kafkaJars(), "kafkaJars is null"), directory.broker());
    }

    private static Map<String, String> settings(Broker broker, String topic) {
        return Map.of("topics", topic, "bootstrap.servers", broker.bootstrapServers(), "start", "earliest");
    }

    private record Outcome(Verification verification, Optional<Exception> producerFailure) {}
}
