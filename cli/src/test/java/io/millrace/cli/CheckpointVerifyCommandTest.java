// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.sink.SinkTarget;
import io.millrace.api.source.Source;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code checkpoint verify} cannot check without the program, it says. */
@Timeout(120)
class CheckpointVerifyCommandTest {
    @TempDir
    private Path directory;

    @Test
    void whatOnlyASinkKnowsIsSaidNotToBeChecked() {
        Path place = directory.resolve("checkpoint");
        try (StreamingContext context = StreamingContext.builder("prepared")
                .batchInterval(Duration.ofMillis(20))
                .set("output.finish-timeout", "1ms")
                .checkpoint(place)
                .build()) {
            context.receive(new Source<>(
                            "silence",
                            "silent",
                            Map.of(),
                            () -> record -> record.valueUtf8(),
                            new StopCommandTest.Silent()))
                    .save("saved", new SinkTarget<>("unfinished", Map.of(), new Unfinished()));
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(Duration.ofSeconds(60)))
                    .isInstanceOf(MillraceException.class);
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(Main.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "checkpoint",
                        "verify",
                        "--plugins",
                        ".",
                        place.toString()))
                .as("%s", err)
                .isZero();
        assertThat(out.toString())
                .contains("verified: ", "not checked: what output 'saved' prepared for ", "--against");
    }

    /** A sink that prepares, and never finishes. */
    private static final class Unfinished implements SinkProvider, Sink.Resumable {
        @Override
        public String name() {
            return "unfinished";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Sink open(PluginContext context) {
            return this;
        }

        @Override
        public Optional<SinkClaim> look(String programId, String output) {
            return Optional.empty();
        }

        @Override
        public boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) {
            return true;
        }

        @Override
        public byte[] prepare(Batch<?> batch, int partition) {
            return new byte[1];
        }

        @Override
        public void finish(BatchId batch, List<byte[]> committables) throws IOException {
            throw new IOException("it never does");
        }

        @Override
        public void discard(BatchId batch, List<byte[]> committables) {}

        @Override
        public void close() {}
    }
}
