// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ContextState;
import io.millrace.api.StreamingContext;
import io.millrace.api.source.Source;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who asks a program to stop. */
@Timeout(120)
class StopCommandTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int stop(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "stop";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private StreamingContext started() {
        StreamingContext context = StreamingContext.builder("stopped")
                .batchInterval(Duration.ofMillis(50))
                .checkpoint(checkpoint())
                .build();
        context.receive(new Source<>("silence", "silent", Map.of(), () -> record -> record.valueUtf8(), new Silent()))
                .foreachBatch("none", batch -> {});
        context.start();
        return context;
    }

    @Test
    void theProgramStopsGracefullyAndItIsSaid() throws Exception {
        Path savepoint = directory.resolve("today.savepoint");
        try (StreamingContext program = started()) {
            assertThat(stop(checkpoint().toString(), "--deadline", "1min", "--savepoint", savepoint.toString()))
                    .as("%s", err)
                    .isZero();
            assertThat(program.awaitTermination(SOON)).isTrue();
        }
        assertThat(out.toString())
                .contains("stopped: everything that was received is processed", "savepoint: " + savepoint);
        assertThat(savepoint).isNotEmptyFile();
    }

    @Test
    void whoDoesNotWaitIsToldThatItWasAsked() throws Exception {
        try (StreamingContext program = started()) {
            assertThat(stop(checkpoint().toString(), "--no-wait")).isZero();
            assertThat(out.toString()).contains("asked to stop");
            assertThat(program.awaitTermination(SOON)).isTrue();
        }
    }

    @Test
    void aSavepointThatIsThereIsRefusedAndTheProgramGoesOn() throws Exception {
        Path savepoint = Files.createFile(directory.resolve("there.savepoint"));
        try (StreamingContext program = started()) {
            assertThat(stop(checkpoint().toString(), "--savepoint", savepoint.toString()))
                    .isEqualTo(2);
            assertThat(err.toString())
                    .contains("the program goes on", "exists already")
                    .hasLineCount(1);
            assertThat(program.state()).isEqualTo(ContextState.ACTIVE);
        }
    }

    @Test
    void aRequestThatNobodyTakesIsWithdrawn() throws Exception {
        Files.createDirectory(checkpoint());
        assertThat(stop(checkpoint().toString(), "--taken-within", "200ms")).isEqualTo(5);
        assertThat(err.toString())
                .contains("no program has taken the request", "withdrawn")
                .hasLineCount(1);
        assertThat(checkpoint()).isEmptyDirectory();
    }

    @Test
    void aPlaceThatIsNoDirectoryIsNamed() {
        assertThat(stop("s3://bucket/orders")).isEqualTo(2);
        assertThat(err.toString()).contains("'s3:/bucket/orders' is no directory", "--request-file");
        assertThat(stop()).isEqualTo(2);
    }

    /** An input from which nothing comes. */
    static final class Silent implements ReceiverProvider, Receiver {
        @Override
        public String name() {
            return "silent";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.NONE;
        }

        @Override
        public Receiver create(PluginContext context) {
            return this;
        }

        @Override
        public void start(ReceiverContext context) {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void durable(DurableMark mark) {}

        @Override
        public void stop(Duration deadline) {}
    }
}
