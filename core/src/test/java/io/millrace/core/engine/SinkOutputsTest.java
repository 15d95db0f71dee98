// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.sink.SinkTarget;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the engine does with sinks that fail, forget, or know better. */
@Timeout(60)
class SinkOutputsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    private Path directory;

    private final Topic topic = Topic.create("sinks-" + TOPICS.incrementAndGet(), 1);
    private final String topicName = topic.partition(0).replaceFirst("-0$", "");

    private StreamingContextBuilder builder() {
        return StreamingContext.builder("sinks").batchInterval(Duration.ofMillis(20));
    }

    private StreamingContext program(StreamingContextBuilder builder, OutputPolicy policy, Sink sink) {
        StreamingContext context = builder.build();
        context.receive("topic-direct", Map.of("topic", topicName))
                .map(record -> record.valueUtf8())
                .save("out", policy, new SinkTarget<>("given", Map.of(), new Given(sink)));
        return context;
    }

    private StreamingContext program(Sink sink, String... settings) {
        StreamingContextBuilder builder = builder().checkpoint(directory.resolve("checkpoint"));
        for (int i = 0; i < settings.length; i += 2) {
            builder.set(settings[i], settings[i + 1]);
        }
        return program(builder, OutputPolicy.stop().retry(5, Duration.ofMillis(1)), sink);
    }

    @Test
    void aTransactionalSinkWithoutACheckpointIsRefused() {
        try (StreamingContext context = program(builder(), OutputPolicy.stop(), new Table())) {
            assertThatThrownBy(context::start).hasMessageContainingAll("output 'out'", "has no checkpoint");
        }
    }

    @Test
    void aTargetThatIsAheadOfTheCheckpointIsRefused() {
        Table table = new Table();
        try (StreamingContext context = program(table)) {
            context.start();
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        Optional<Instant> future = Optional.of(Instant.parse("2200-01-01T00:00:00Z"));
        table.row = new SinkClaim(table.row.identity(), table.row.epoch(), future, "the table");
        try (StreamingContext context = program(table)) {
            assertThatThrownBy(context::start)
                    .hasMessageContainingAll("output 'out'", "2200-01-01", "which this checkpoint never planned");
        }
    }

    @Test
    void whatWasCommittedThoughItThrewIsNotWrittenAgain() {
        Table table = new Table();
        table.afterCommit = new IllegalStateException("the connection is lost");
        try (StreamingContext context = program(table)) {
            topic.add(0, "a");
            context.start();
            await().atMost(PATIENCE).until(() -> table.rows.contains("a") && table.claims >= 2);
            topic.add(0, "b");
            await().atMost(PATIENCE).until(() -> table.rows.contains("b"));
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(table.rows).containsExactly("a", "b");
    }

    @Test
    void whoIsFencedIsNotAskedAgain() {
        Table table = new Table();
        table.beforeCommit = new MillraceException(ErrorCode.FENCED, "epoch 9 has it");
        try (StreamingContext context = program(table)) {
            topic.add(0, "a");
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE))
                    .hasMessageContaining("epoch 9 has it")
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
        }
        assertThat(table.claims).isEqualTo(1);
        assertThat(table.rows).isEmpty();
    }

    @Test
    void whatCannotBeFinishedIsTriedAgainInOrder() {
        Shelf shelf = new Shelf();
        shelf.failures = 2;
        try (StreamingContext context = program(shelf)) {
            topic.add(0, "a");
            context.start();
            await().atMost(PATIENCE).until(() -> shelf.visible.contains("a"));
            topic.add(0, "b");
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(shelf.visible).startsWith("a").doesNotHaveDuplicates();
        assertThat(shelf.failures).isZero();
    }

    @Test
    void whatIsNotFinishedInTimeIsFinishedByTheNextStartBeforeAnythingElse() {
        Shelf broken = new Shelf();
        broken.failures = Integer.MAX_VALUE;
        try (StreamingContext context = program(broken, "output.finish-timeout", "1ms")) {
            topic.add(0, "a");
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE))
                    .hasMessageContainingAll("output 'out'", "could not be made visible", "the shelf is full");
        }
        assertThat(broken.visible).isEmpty();
        Shelf mended = new Shelf();
        try (StreamingContext context = program(mended)) {
            context.start();
            assertThat(mended.visible).contains("a");
            assertThat(mended.visibleAtClaim).contains("a");
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(mended.visible).containsOnlyOnce("a");
    }

    /** Makes what the test made. */
    private record Given(Sink sink) implements SinkProvider {
        @Override
        public String name() {
            return "given";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Sink open(PluginContext context) {
            return sink;
        }
    }

    /** A transactional sink in memory that fails when it is told to, once. */
    private static final class Table implements Sink.Transactional {
        final List<String> rows = Collections.synchronizedList(new ArrayList<>());
        volatile int claims;
        volatile SinkClaim row;
        volatile RuntimeException beforeCommit;
        volatile RuntimeException afterCommit;

        @Override
        public synchronized Optional<SinkClaim> look(String programId, String output) {
            return Optional.ofNullable(row);
        }

        @Override
        public synchronized boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) {
            claims++;
            row = new SinkClaim(owner.identity(), owner.epoch(), lastBatch, "the table");
            return true;
        }

        @Override
        public synchronized void commit(Batch<?> batch) throws Exception {
            if (batch.isEmpty()) {
                return;
            }
            fail(beforeCommit);
            batch.forEach(row -> rows.add((String) row));
            row = new SinkClaim(
                    row.identity(), row.epoch(), Optional.of(batch.id().batchTime()), "the table");
            RuntimeException failure = afterCommit;
            afterCommit = null;
            fail(failure);
        }

        private static void fail(RuntimeException failure) {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() {}
    }

    /** A resumable sink in memory, whose committables hold the elements; finishing fails as often as it is told to. */
    private static final class Shelf implements Sink.Resumable {
        final List<String> visible = Collections.synchronizedList(new ArrayList<>());
        volatile List<String> visibleAtClaim = List.of();
        volatile int failures;

        @Override
        public Optional<SinkClaim> look(String programId, String output) {
            return Optional.empty();
        }

        @Override
        public boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) {
            visibleAtClaim = List.copyOf(visible);
            return true;
        }

        @Override
        public byte[] prepare(Batch<?> batch, int partition) throws Exception {
            List<String> elements = new ArrayList<>();
            batch.forEach(partition, element -> elements.add((String) element));
            return String.join(",", elements).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public synchronized void finish(BatchId batch, List<byte[]> committables) throws IOException {
            if (failures > 0) {
                failures--;
                throw new IOException("the shelf is full");
            }
            for (byte[] committable : committables) {
                String elements = new String(committable, StandardCharsets.UTF_8);
                if (!elements.isEmpty()) {
                    visible.addAll(List.of(elements.split(",")));
                }
            }
        }

        @Override
        public void discard(BatchId batch, List<byte[]> committables) {}

        @Override
        public void close() {}
    }
}
