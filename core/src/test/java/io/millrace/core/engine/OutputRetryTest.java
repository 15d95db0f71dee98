// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What passes by itself is waited for before an output's policy applies. */
@Timeout(60)
class OutputRetryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    private Path directory;

    private final Topic topic = Topic.create("retries-" + TOPICS.incrementAndGet(), 1);
    private final String topicName = topic.partition(0).replaceFirst("-0$", "");
    private final RefusingTable table = new RefusingTable();
    private final List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();

    private StreamingContext program(OutputPolicy policy, String... settings) {
        StreamingContextBuilder builder = StreamingContext.builder("retries")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(directory.resolve("checkpoint"))
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        if (event instanceof ConditionChanged changed
                                && changed.condition().equals("output-retry")) {
                            conditions.add(changed);
                        }
                    }
                });
        for (int i = 0; i < settings.length; i += 2) {
            builder.set(settings[i], settings[i + 1]);
        }
        StreamingContext context = builder.build();
        context.receive("topic-direct", Map.of("topic", topicName))
                .map(record -> record.valueUtf8())
                .save("out", policy, table.target());
        return context;
    }

    private static MillraceException away() {
        return new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "the database is starting up");
    }

    @Test
    void whatPassesByItselfIsWaitedForAndToldOfAsACondition() {
        table.failWith(away(), away());
        try (StreamingContext context = program(OutputPolicy.stop())) {
            topic.add(0, "a");
            context.start();
            await().atMost(PATIENCE).until(() -> table.rows.contains("a"));
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(table.rows).containsExactly("a");
        assertThat(table.attempts).startsWith(0, 1, 2);
        assertThat(conditions).hasSize(2);
        assertThat(conditions.get(0).holds()).isTrue();
        assertThat(conditions.get(0).subject()).isEqualTo("output 'out'");
        assertThat(conditions.get(0).message()).contains("the database is starting up", "output.retry-for");
        assertThat(conditions.get(1).holds()).isFalse();
    }

    @Test
    void anotherCauseIsToldOfToo() {
        table.failWith(away(), new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "too many clients already"), away());
        try (StreamingContext context = program(OutputPolicy.stop())) {
            topic.add(0, "a");
            context.start();
            await().atMost(PATIENCE).until(() -> table.rows.contains("a"));
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(conditions).extracting(ConditionChanged::holds).containsExactly(true, true, true, false);
        assertThat(conditions.get(1).message()).contains("too many clients already");
    }

    @Test
    void whatDoesNotPassInTimeIsForTheOutputsPolicy() {
        table.failWith(Collections.nCopies(1_000_000, away()).toArray(Exception[]::new));
        try (StreamingContext context = program(OutputPolicy.stop(), "output.retry-for", "1ms")) {
            topic.add(0, "a");
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE))
                    .hasMessageContainingAll("output 'out'", "the database is starting up", "output.retry-for")
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM));
        }
        assertThat(conditions.get(conditions.size() - 1).holds()).isFalse();
    }

    @Test
    void thePolicysOwnCallsComeAfterwards() {
        table.failWith(away(), away(), away());
        try (StreamingContext context =
                program(OutputPolicy.stop().retry(3, Duration.ZERO), "output.retry-for", "0ms")) {
            topic.add(0, "a");
            context.start();
            await().atMost(PATIENCE).until(() -> table.rows.contains("a"));
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(table.attempts).startsWith(0, 1, 2, 3);
        assertThat(conditions).isEmpty();
    }

    @Test
    void whatDoesNotPassIsNotWaitedFor() {
        table.failWith(new MillraceException(ErrorCode.USER_CONFIG, "there is no such table"));
        try (StreamingContext context = program(OutputPolicy.stop())) {
            topic.add(0, "a");
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(PATIENCE)).hasMessageContaining("there is no such table");
        }
        assertThat(table.attempts).containsExactly(0);
        assertThat(conditions).isEmpty();
    }

    @Test
    void aGracefulStopWaitsForItNoLongerThanItsDeadline() throws Exception {
        table.failWith(Collections.nCopies(1_000_000, away()).toArray(Exception[]::new));
        CountDownLatch waits = new CountDownLatch(1);
        try (StreamingContext context = program(OutputPolicy.stop())) {
            topic.add(0, "a");
            context.addListener(new StreamingListener() {
                @Override
                public void onEvent(StreamingEvent event) {
                    if (event instanceof ConditionChanged) {
                        waits.countDown();
                    }
                }
            });
            context.start();
            waits.await();
            assertThat(context.stopGracefully(Duration.ofMillis(500))).isFalse();
            assertThat(context.awaitTermination(PATIENCE)).isTrue(); // without an error: nothing but time was lacking
        }
        assertThat(table.rows).isEmpty();
        table.mend();
        try (StreamingContext context = program(OutputPolicy.stop())) {
            context.start();
            await().atMost(PATIENCE).until(() -> table.rows.contains("a"));
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(table.rows).containsExactly("a");
    }

    @Test
    void aGracefulStopWaitsForWhatPassesWithinItsDeadline() throws Exception {
        table.failWith(away(), away(), away(), away());
        CountDownLatch waits = new CountDownLatch(1);
        try (StreamingContext context = program(OutputPolicy.stop())) {
            topic.add(0, "a");
            context.addListener(new StreamingListener() {
                @Override
                public void onEvent(StreamingEvent event) {
                    if (event instanceof ConditionChanged) {
                        waits.countDown();
                    }
                }
            });
            context.start();
            waits.await();
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        assertThat(table.rows).containsExactly("a");
    }

    @Test
    void aFunctionSaysByTheSameCodeThatItsErrorPasses() {
        AtomicInteger calls = new AtomicInteger();
        try (StreamingContext context = StreamingContext.builder("retries")
                .batchInterval(Duration.ofMillis(20))
                .build()) {
            context.receive("topic-direct", Map.of("topic", topicName))
                    .map(view -> view.valueUtf8())
                    .foreachBatch("out", batch -> {
                        if (!batch.isEmpty() && calls.getAndIncrement() == 0) {
                            throw away();
                        }
                    });
            topic.add(0, "a");
            context.start();
            await().atMost(PATIENCE).until(() -> calls.get() == 2);
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
    }
}
