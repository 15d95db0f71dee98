// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.StreamingContext;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.stop.StopAnswer;
import io.millrace.core.stop.StopRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are asked to stop by a file. */
@Timeout(120)
class StoppedFromOutsideTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final List<Long> seen = new CopyOnWriteArrayList<>();
    private final Numbers numbers = Numbers.every(Duration.ofNanos(50_000));

    private StreamingContext started(URI checkpoint, Map<String, String> settings) {
        var builder = StreamingContext.builder("stops")
                .batchInterval(Duration.ofMillis(50))
                .checkpoint(checkpoint);
        settings.forEach(builder::set);
        StreamingContext context = builder.build();
        context.receive(numbers.source()).foreachBatch("seen", batch -> seen.addAll(batch.collect()));
        context.start();
        await().atMost(SOON).until(() -> seen.size() > 100);
        return context;
    }

    private Path request() {
        return directory.resolve(StopRequest.FILE);
    }

    private StopAnswer answer(Path request) {
        return await().atMost(SOON)
                .until(() -> StopAnswer.take(request), Optional::isPresent)
                .orElseThrow();
    }

    private void assertEverythingWasProcessed() {
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, numbers.appended()).boxed().toList());
        assertThat(numbers.acknowledged()).isEqualTo(numbers.appended());
    }

    @Test
    void anEmptyFileIsEnough() throws Exception {
        try (StreamingContext context = started(directory.toUri(), Map.of())) {
            Files.createFile(request());
            assertThat(context.awaitTermination(SOON)).isTrue();
            assertEverythingWasProcessed();
        }
        assertThat(request()).doesNotExist();
        assertThat(answer(request()))
                .isEqualTo(new StopAnswer(true, true, "everything that was received is processed"));
        try (Checkpoint checkpoint = Checkpoint.open(directory.toUri(), Map.of(), null)) {
            assertThat(checkpoint.summary().closed()).isTrue();
        }
    }

    @Test
    void aProgramWhoseCheckpointIsNoDirectoryIsAskedWhereItSays() throws Exception {
        Path elsewhere = directory.resolve("please-stop");
        try (StreamingContext context =
                started(URI.create("mem:/"), Map.of("stop.request-file", elsewhere.toString()))) {
            new StopRequest(Optional.of(Duration.ofMinutes(1)), Optional.empty()).write(elsewhere);
            assertThat(context.awaitTermination(SOON)).isTrue();
            assertEverythingWasProcessed();
        }
        assertThat(answer(elsewhere).complete()).isTrue();
    }

    @Test
    void aSavepointIsWrittenIfTheRequestNamesOne() throws Exception {
        Path savepoint = directory.resolve("of-today.savepoint");
        try (StreamingContext context = started(directory.toUri(), Map.of())) {
            new StopRequest(Optional.empty(), Optional.of(savepoint)).write(request());
            assertThat(context.awaitTermination(SOON)).isTrue();
        }
        assertThat(savepoint).isNotEmptyFile();
        assertThat(answer(request()).complete()).isTrue();
    }

    @Test
    void aRequestThatCannotBeMetIsRefusedAndTheProgramGoesOnAndCanBeAskedAgain() throws Exception {
        Path savepoint = Files.createFile(directory.resolve("there.savepoint"));
        try (StreamingContext context = started(directory.toUri(), Map.of())) {
            new StopRequest(Optional.empty(), Optional.of(savepoint)).write(request());
            StopAnswer refused = answer(request());
            assertThat(refused.stopped()).isFalse();
            assertThat(refused.message()).contains(savepoint.toString(), "exists already");
            Files.writeString(request(), "deadlin=5s\n");
            assertThat(answer(request()).message()).contains("deadlin", "deadline");
            int before = seen.size();
            await().atMost(SOON).until(() -> seen.size() > before);
            assertThat(context.state()).isEqualTo(ContextState.ACTIVE);
            Files.createFile(request());
            assertThat(context.awaitTermination(SOON)).isTrue();
            assertEverythingWasProcessed();
        }
    }

    @Test
    void whatIsNotDoneByTheDeadlineIsSaidAndDoneByTheNextStart() throws Exception {
        Numbers slow = Numbers.inRunsOf(1_000_000, Duration.ofMillis(1)); // never comes to the end of its run
        try (StreamingContext context = StreamingContext.builder("slow")
                .batchInterval(Duration.ofMillis(50))
                .checkpoint(directory)
                .set("receiver.call-timeout", "1s")
                .build()) {
            context.receive(slow.source()).foreachBatch("seen", batch -> TimeUnit.MINUTES.sleep(1));
            context.start();
            await().atMost(SOON).until(() -> slow.appended() > 10);
            new StopRequest(Optional.of(Duration.ofMillis(200)), Optional.empty()).write(request());
            assertThat(context.awaitTermination(SOON)).isTrue();
        }
        StopAnswer answer = answer(request());
        assertThat(answer.stopped()).isTrue();
        assertThat(answer.complete()).isFalse();
        assertThat(answer.message()).contains("the next start goes on");
    }

    @Test
    void aRequestFromBeforeTheStartIsNotForThisProgram() throws IOException {
        Files.createDirectories(directory);
        Files.createFile(request());
        try (StreamingContext context = started(directory.toUri(), Map.of())) {
            assertThat(request()).doesNotExist();
            assertThat(context.state()).isEqualTo(ContextState.ACTIVE);
        }
    }
}
