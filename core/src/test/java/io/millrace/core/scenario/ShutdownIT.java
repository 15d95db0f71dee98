// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointSummary;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs whose JVM is told to end. */
@Timeout(180)
class ShutdownIT {
    /** What the end of the JVM may take after the end of the commit that runs. */
    private static final Duration AFTER_THE_COMMIT = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private Process run(String onShutdown, String... more) throws IOException {
        return TestJvm.start(
                ShutdownMain.class,
                List.of(
                        directory.resolve("checkpoint").toString(),
                        directory.resolve("seen").toString(),
                        onShutdown),
                more);
    }

    private CheckpointSummary summary() {
        try (Checkpoint checkpoint =
                Checkpoint.open(directory.resolve("checkpoint").toUri(), Map.of(), null)) {
            return checkpoint.summary();
        }
    }

    private long received() {
        return Long.parseLong(summary()
                .positions()
                .values()
                .iterator()
                .next()
                .values()
                .iterator()
                .next());
    }

    private List<Long> seen() throws IOException {
        return Files.readAllLines(directory.resolve("seen")).stream()
                .map(Long::valueOf)
                .toList();
    }

    private static void awaitBatches(Process program) throws IOException {
        BufferedReader output = program.inputReader(StandardCharsets.UTF_8);
        for (int batches = 0; batches < 5; batches++) {
            assertThat(output.readLine()).isEqualTo("batch");
        }
    }

    @Test
    void sigtermProcessesEverythingThatWasReceived() throws Exception {
        Process program = run("graceful");
        awaitBatches(program);
        program.destroy(); // SIGTERM
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(128 + 15);
        CheckpointSummary summary = summary();
        assertThat(summary.closed()).isTrue();
        assertThat(summary.uncommitted()).isEmpty();
        assertThat(summary.waitingRecords()).isZero();
        assertThat(seen())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, received()).boxed().toList());
    }

    @Test
    void sigtermDuringAGracefulStopLetsItEnd() throws Exception {
        Process program = run("graceful", "-Dmillrace.test.stop-before=true");
        BufferedReader output = program.inputReader(StandardCharsets.UTF_8);
        while (!output.readLine().equals("stopping")) {
            // what came before
        }
        program.destroy();
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(summary().closed()).isTrue();
        assertThat(seen())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, received()).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"now", "off"})
    void otherwiseTheNextStartGoesOn(String onShutdown) throws Exception {
        Process program = run(onShutdown);
        awaitBatches(program);
        program.destroy();
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(summary().closed()).isFalse();
        Process next = run("graceful");
        awaitBatches(next);
        next.destroy();
        assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(summary().closed()).isTrue();
        assertThat(seen()).containsAll(LongStream.range(0, received()).boxed().toList());
    }

    /** Measured from the end of the commit that runs. A machine that is busy may be late twice. */
    @ParameterizedTest
    @ValueSource(strings = {"output", "map", "listener"})
    void codeOfTheProgramThatEndsTheJvmIsNotWaitedFor(String where) throws Exception {
        List<Duration> taken = new ArrayList<>();
        do {
            taken.add(exitIn(where));
        } while (taken.size() < 3 && taken.get(taken.size() - 1).compareTo(AFTER_THE_COMMIT) >= 0);
        assertThat(taken).as("what the end of the JVM took").anyMatch(time -> time.compareTo(AFTER_THE_COMMIT) < 0);
    }

    private Duration exitIn(String where) throws Exception {
        Process program = run("graceful", "-Dmillrace.test.exit-in=" + where);
        CompletableFuture<Long> ended = program.onExit().thenApply(exited -> System.currentTimeMillis());
        List<String> said = program.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(9);
        assertThat(said).anyMatch(line -> line.startsWith("exit "));
        assertThat(summary().closed()).isFalse();
        long from = said.stream()
                .filter(line -> line.startsWith("exit ") || line.startsWith("committed "))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .max()
                .orElseThrow();
        return Duration.ofMillis(ended.get() - from);
    }
}
