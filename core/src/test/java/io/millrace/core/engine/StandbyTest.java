// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.core.wal.memory.MemoryWalStoreProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second process of a program, which waits until the first is gone. */
@Timeout(120)
class StandbyTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final MemoryWalStoreProvider fencing = new MemoryWalStoreProvider();
    private final Map<String, Long> totals = new ConcurrentHashMap<>();
    private Topic topic;

    @BeforeEach
    void fresh() {
        topic = Topic.create("standby", 1);
    }

    private StreamingContext context(boolean locks, String ifRunning) {
        return context(locks, ifRunning, "2s");
    }

    private StreamingContext context(boolean locks, String ifRunning, String takeOverAfter) {
        StreamingContextBuilder builder = StreamingContext.builder("words")
                .batchInterval(Duration.ofMillis(20))
                .set("start.if-running", ifRunning)
                .set("start.take-over-after", takeOverAfter);
        if (locks) {
            builder.checkpoint(directory);
        } else {
            builder.checkpoint(URI.create("mem:standby")).provider(fencing);
        }
        StreamingContext context = builder.build();
        context.receive("lines", "topic-direct", Map.of("topic", "standby"))
                .flatMap(record -> List.of(record.valueUtf8().split(" ")))
                .mapToPair(word -> Pair.of(word, 1L))
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("totals", batch -> batch.forEach(pair -> totals.put(pair.key(), pair.value())));
        return context;
    }

    private final AtomicReference<Throwable> refused = new AtomicReference<>();
    private Thread starting = new Thread();

    private void startInBackground(StreamingContext context) {
        starting = new Thread(() -> {
            try {
                context.start();
            } catch (MillraceException e) {
                refused.set(e);
            }
        });
        starting.start();
    }

    @AfterEach
    void nobodyWaits() throws InterruptedException {
        starting.interrupt();
        starting.join();
    }

    @ParameterizedTest(name = "a store that locks: {0}")
    @ValueSource(booleans = {true, false})
    void theSecondGoesOnWhereTheFirstEnded(boolean locks) {
        topic.add(0, "a");
        try (StreamingContext first = context(locks, "wait");
                StreamingContext second = context(locks, "wait")) {
            first.start();
            await().atMost(SOON).until(() -> totals.getOrDefault("a", 0L) == 1);
            startInBackground(second);
            topic.add(0, "a");
            await().atMost(SOON).until(() -> totals.getOrDefault("a", 0L) == 2);
            // longer than a program may be silent
            await().during(Duration.ofSeconds(4)).atMost(SOON).until(() -> second.state() == ContextState.INITIALIZED);
            assertThat(first.state()).isEqualTo(ContextState.ACTIVE);
            first.stop(); // not gracefully: as if it had died
            topic.add(0, "a");
            await().atMost(SOON).until(() -> totals.getOrDefault("a", 0L) == 3);
            assertThat(second.state()).isEqualTo(ContextState.ACTIVE);
        }
    }

    @Test
    void aProgramThatWasStoppedGracefullyIsNotWaitedFor() {
        topic.add(0, "a");
        try (StreamingContext first = context(false, "wait")) {
            first.start();
            await().atMost(SOON).until(() -> totals.getOrDefault("a", 0L) == 1);
            assertThat(first.stopGracefully(SOON)).isTrue();
        }
        try (StreamingContext second = context(false, "wait", "10min")) {
            second.start(); // within the test's own time
            assertThat(second.state()).isEqualTo(ContextState.ACTIVE);
        }
    }

    @Test
    void withoutStandbyAStoreThatFencesGivesTheLogsToTheSecond() {
        try (StreamingContext first = context(false, "take-over");
                StreamingContext second = context(false, "take-over")) {
            first.start();
            second.start();
            assertThatThrownBy(() -> first.awaitTermination(SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("epoch");
            assertThat(second.state()).isEqualTo(ContextState.ACTIVE);
        }
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        try (StreamingContext first = context(true, "wait");
                StreamingContext second = context(true, "wait")) {
            first.start();
            startInBackground(second);
            starting.interrupt();
            starting.join(SOON.toMillis());
            assertThat(refused.get()).hasMessageContaining("stood by");
            assertThat(second.state()).isEqualTo(ContextState.STOPPED);
        }
    }

    @ParameterizedTest(name = "a store that locks: {0}")
    @ValueSource(booleans = {true, false})
    void whoWaitsIsStoppedAtOnce(boolean locks) throws Exception {
        for (boolean graceful : new boolean[] {true, false}) {
            try (StreamingContext first = context(locks, "take-over");
                    StreamingContext second = context(locks, "wait", "10min")) {
                first.start();
                startInBackground(second);
                await().atMost(SOON).until(() -> isWaiting(starting));
                long begun = System.nanoTime();
                if (graceful) {
                    assertThat(second.stopGracefully(Duration.ofSeconds(1))).isFalse();
                } else {
                    second.close();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
                starting.join(SOON.toMillis());
                assertThat(refused.get()).hasMessageContaining("stopped before it had started");
                assertThat(second.state()).isEqualTo(ContextState.STOPPED);
                assertThat(first.state()).isEqualTo(ContextState.ACTIVE);
            }
        }
    }

    private static boolean isWaiting(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(Standby.class.getName()));
    }
}
