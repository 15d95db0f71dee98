// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of an exception of {@code start()} that the program does not catch. */
class StartErrorsTest {
    @TempDir
    private Path directory;

    @Test
    void beginWithTheReasonAndHaveNoFramesOfTheWiring() {
        try (StreamingContext context = StreamingContext.builder("start-errors")
                .batchInterval(Duration.ofSeconds(1))
                .checkpoint(directory)
                .build()) {
            context.receive("in", "no-such-receiver", Map.of())
                    .map(record -> record.valueUtf8())
                    .foreachBatch("out", batch -> {});
            Throwable thrown = catchThrowable(context::start);
            assertThat(thrown).isInstanceOf(MillraceException.class);
            StringWriter printed = new StringWriter();
            thrown.printStackTrace(new PrintWriter(printed, true));
            assertThat(printed.toString().lines().findFirst().orElseThrow()).contains("no-such-receiver");
            assertThat(printed.toString())
                    .as("what is printed")
                    .doesNotContain("com.google.inject", "jdk.internal.reflect", "Caused by");
            assertThat(Arrays.stream(thrown.getStackTrace())
                            .takeWhile(frame -> !frame.getClassName().startsWith(StartErrorsTest.class.getName())))
                    .as("the frames up to the program's own")
                    .hasSizeLessThan(25);
        }
    }
}
