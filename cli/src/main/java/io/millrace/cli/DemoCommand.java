// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.cli.demo.Demo;
import io.millrace.cli.demo.DemoLog;
import io.millrace.cli.demo.DemoOptions;
import io.millrace.cli.demo.LogSettings;
import io.millrace.spi.plugin.ConfigOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    private static final String LOG_STORE = "log store";
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
            names = "--wal",
            paramLabel = "NAME",
            completionCandidates = LogNames.class,
            description =
                    "Where the engine keeps its logs: ${COMPLETION-CANDIDATES}. Servers that it takes are started on this machine, and the log store is loaded as a drop-in plugin. Default: file, a directory of the run.")
    private @Nullable String wal;

    @Option(
            names = "--wal-config",
            paramLabel = "FILE",
            description =
                    "Keep the engine's logs in your own store instead: a properties file with its URI as 'location' and the log store's settings. Each run has a place of its own below it, which stays.")
    private @Nullable Path walConfig;

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
                    "Directory that the plugins of receiver and log store are loaded from. Default: plugins/ of this installation.")
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
        DemoLog log = walConfig == null ? log() : null;
        String scheme = log == null ? schemeOf(walConfig) : log.scheme();
        check(
                wal == null || wal.equals(scheme),
                "--wal",
                String.valueOf(wal),
                "the location in " + walConfig + " begins with " + scheme + ":; leave one of the two out");
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
                () -> origin(pluginDirectory, receiver, "receiver"),
                bootstrapServers == null ? Installation.current().kafkaJars() : null,
                log,
                walConfig,
                log != null && log.needsServer() ? Installation.current().logServerJars(scheme) : null,
                () -> log == DemoLog.FILE ? "" : scheme + " from " + origin(pluginDirectory, scheme, LOG_STORE));
        return new Demo(options, out()).run();
    }

    private DemoLog log() {
        String name = wal == null ? DemoLog.FILE.scheme() : wal;
        return DemoLog.of(name)
                .orElseThrow(() -> misuse("option --wal = '" + name + "' is not usable: give one of "
                        + String.join(", ", DemoLog.schemes()) + ", or a store of your own with --wal-config FILE"));
    }

    private static String schemeOf(@Nullable Path config) {
        return LogSettings.read(Objects.requireNonNull(config, "config is null"))
                .location()
                .getScheme();
    }

    private static String origin(Path directory, String name, String kind) {
        Providers providers = Providers.in(directory);
        return providers.found().stream()
                .filter(entry -> entry.name().equals(name))
                .filter(entry -> entry.kind().equals(LOG_STORE) == kind.equals(LOG_STORE))
                .map(Providers.Entry::origin)
                .findFirst()
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.PLUGIN,
                        "no plugin in " + directory + " provides " + kind + " '" + name + "'"
                                + (providers.problems().isEmpty() ? "" : ": " + String.join("; ", providers.problems()))
                                + "; see 'millrace plugins list'"));
    }

    private void check(boolean holds, String option, String value, String advice) {
        if (!holds) {
            throw misuse("option " + option + " = '" + value + "' is not usable: " + advice);
        }
    }

    /** What {@code --wal} takes. */
    static final class LogNames extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        LogNames() {
            super(DemoLog.schemes());
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
