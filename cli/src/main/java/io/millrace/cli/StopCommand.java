// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.stop.StopAnswer;
import io.millrace.core.stop.StopRequest;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace stop}: asks a program that runs on this machine to stop gracefully, and waits until it has. */
@Command(
        name = "stop",
        description = {
            "Asks a running program to stop gracefully: it processes and commits what it has",
            "received. Waits until it has stopped."
        })
final class StopCommand extends Subcommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(100);

    /** A program's own deadline is not known here. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** For closing, which comes after the deadline. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private static final ConfigOption<Duration> TIME =
            ConfigOption.duration("deadline", Duration.ofMillis(1), "how long the stop may take");

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIRECTORY",
            description = "The program's checkpoint, if that is a directory.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--request-file",
            paramLabel = "FILE",
            description = "What the program was given as stop.request-file, if it was given one.")
    private @Nullable Path requestFile;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "How long it may take, such as 5min. Default: the program's stop.deadline.")
    private @Nullable String deadline;

    @Option(
            names = "--savepoint",
            paramLabel = "FILE",
            description = "Have the program write a savepoint; must not exist.")
    private @Nullable Path savepoint;

    @Option(names = "--no-wait", description = "Return as soon as the program has taken the request.")
    private boolean noWait;

    @Option(names = "--taken-within", paramLabel = "TIME", defaultValue = "10s", hidden = true)
    private String takenWithin = "10s";

    @Override
    public Integer call() throws IOException {
        Path file = file();
        Optional<Duration> asked = deadline == null ? Optional.empty() : Optional.of(duration("--deadline", deadline));
        StopAnswer.take(file); // an answer that no command has waited for
        new StopRequest(asked, Optional.ofNullable(savepoint)).write(file);
        awaitTaken(file, duration("--taken-within", takenWithin));
        if (noWait) {
            out().println("asked to stop");
            return 0;
        }
        StopAnswer answer = awaitAnswer(file, asked.orElse(PATIENCE).plus(MARGIN));
        if (answer.complete()) {
            out().println("stopped: " + answer.message());
            if (savepoint != null) {
                out().println("savepoint: " + savepoint);
            }
            return 0;
        }
        throw new MillraceException(
                answer.stopped() ? ErrorCode.EXTERNAL_SYSTEM : ErrorCode.USER_CONFIG,
                (answer.stopped() ? "the program has stopped, but " : "the program goes on: ") + answer.message());
    }

    private Path file() {
        if (requestFile != null) {
            return requestFile.toAbsolutePath();
        }
        if (checkpoint == null) {
            throw misuse("give the program's checkpoint directory, or --request-file");
        }
        if (!Files.isDirectory(checkpoint)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "'" + checkpoint + "' is no directory. A program whose checkpoint is elsewhere is asked by"
                            + " --request-file, with the file that it was given as stop.request-file");
        }
        return checkpoint.toAbsolutePath().resolve(StopRequest.FILE);
    }

    private static Duration duration(String option, String value) {
        return ConfigSpec.of(TIME).parse(option, Map.of(TIME.key(), value)).get(TIME);
    }

    private static void awaitTaken(Path file, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (Files.exists(file)) {
            if (System.nanoTime() > end && Files.deleteIfExists(file)) {
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        "no program has taken the request '" + file + "' within " + limit.toSeconds()
                                + " s; it is withdrawn. Either none runs on this checkpoint, or it looks elsewhere: see"
                                + " its stop.request-file");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static StopAnswer awaitAnswer(Path file, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            Optional<StopAnswer> answer = StopAnswer.take(file);
            if (answer.isPresent()) {
                return answer.get();
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        throw new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "the program has taken the request and not answered within " + limit.toSeconds()
                        + " s: it hangs, or was killed. What it has received is durable");
    }
}
