// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.cli.demo.Demo;
import io.millrace.cli.demo.DemoOptions;
import io.millrace.spi.plugin.ConfigOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace demo}: checks the options and runs the demo. */
@Command(
        name = "demo",
        description = {
            "Counts words from a real Kafka broker and proves that none was lost or counted twice.",
            "",
            "Starts a Kafka broker on this machine, feeds it lines that carry unique ids, and counts"
                    + " their words in an engine process of its own, through a receiver that is loaded as a"
                    + " drop-in plugin. At the end, every id and every total is compared with what was"
                    + " produced; the exit code is 0 only if all of it fits. Ctrl-C ends it early, with"
                    + " the same verification.",
            ""
        },
        sortOptions = false)
final class DemoCommand extends Subcommand implements Callable<Integer> {
    private static final List<String> RECEIVERS = List.of("kafka-reliable", "kafka-direct");
    private static final int MAX_RATE = 200_000;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "How long lines are produced. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--receiver",
            paramLabel = "NAME",
            defaultValue = "kafka-reliable",
            description =
                    "kafka-reliable (acknowledges Kafka after its own log) or kafka-direct (reads offset ranges, no log of the data). Default: ${DEFAULT-VALUE}.")
    private String receiver = "";

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Lines per second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--batch-interval",
            paramLabel = "TIME",
            defaultValue = "200ms",
            converter = DurationConverter.class,
            description = "Such as 50ms or 1s. Default: ${DEFAULT-VALUE}.")
    private Duration batchInterval = Duration.ZERO;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".millrace/demo",
            description =
                    "Each run keeps what it writes in a new directory run-<date>-<time> in here, and leaves those of earlier runs alone. After a verified run the broker's data is deleted, the rest stays. Default: ${DEFAULT-VALUE}.")
    private Path directory = Path.of("");

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "Use your own Kafka broker instead of starting one. A topic is made for the run and deleted at its end.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--chaos",
            description = "Kill the engine process with kill -9 at least three times on the way, and start it again.")
    private boolean chaos;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats the words and the moments of the kills of an earlier run. Default: random.")
    private @Nullable Long seed;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "Directory that the receiver's plugin is loaded from. Default: plugins/ of this installation.")
    private @Nullable Path plugins;

    @Override
    public Integer call() throws Exception {
        check(seconds >= 1, "--seconds", Integer.toString(seconds), "give at least 1");
        check(rate >= 1 && rate <= MAX_RATE, "--rate", Integer.toString(rate), "give a number from 1 to " + MAX_RATE);
        check(
                (long) seconds * rate < Integer.MAX_VALUE,
                "--seconds",
                Integer.toString(seconds),
                "that makes " + (long) seconds * rate + " lines; give fewer seconds or a lower --rate");
        check(RECEIVERS.contains(receiver), "--receiver", receiver, "give one of " + String.join(", ", RECEIVERS));
        Path pluginDirectory =
                plugins != null ? plugins : Installation.current().plugins();
        DemoOptions options = new DemoOptions(
                Duration.ofSeconds(seconds),
                receiver,
                rate,
                batchInterval,
                directory,
                bootstrapServers,
                chaos,
                seed != null ? seed : ThreadLocalRandom.current().nextInt(1, 1_000_000),
                pluginDirectory.toAbsolutePath(),
                () -> origin(pluginDirectory),
                bootstrapServers == null ? Installation.current().kafkaJars() : null);
        return new Demo(options, out()).run();
    }

    private String origin(Path directory) {
        Providers providers = Providers.in(directory);
        return providers.found().stream()
                .filter(entry -> entry.name().equals(receiver))
                .map(Providers.Entry::origin)
                .findFirst()
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.PLUGIN,
                        "no plugin in " + directory + " provides receiver '" + receiver + "'"
                                + (providers.problems().isEmpty() ? "" : ": " + String.join("; ", providers.problems()))
                                + "; see 'millrace plugins list'"));
    }

    private void check(boolean holds, String option, String value, String advice) {
        if (!holds) {
            throw misuse("option " + option + " = '" + value + "' is not usable: " + advice);
        }
    }

    /** Durations with units, as settings take them. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final ConfigOption<Duration> OPTION =
                ConfigOption.duration("duration", Duration.ofMillis(1), "a duration");

        @Override
        public Duration convert(String text) {
            try {
                return OPTION.parser().apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is not usable: " + e.getMessage());
            }
        }
    }
}
