// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios D4–D6: what was received is processed when a stop is graceful, with the logs in memory and on disk. */
@Timeout(120)
class StopScenariosTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private StreamingContext context(boolean checkpoint, Duration interval, Numbers numbers, List<Long> seen) {
        StreamingContextBuilder builder =
                StreamingContext.builder("stops").batchInterval(interval).set("block.interval", "20ms");
        if (checkpoint) {
            builder.checkpoint(directory);
        }
        StreamingContext context = builder.build();
        context.receive(numbers.source()).foreachBatch("seen", batch -> seen.addAll(batch.collect()));
        return context;
    }

    private static List<Long> numbers(long count) {
        return LongStream.range(0, count).boxed().toList();
    }

    @ParameterizedTest(name = "with a checkpoint: {0}")
    @ValueSource(booleans = {false, true})
    void D4_a_graceful_stop_processes_all_that_was_stored_every_time(boolean checkpoint) {
        List<Long> seen = new CopyOnWriteArrayList<>();
        for (int run = 0; run < 4; run++) {
            if (!checkpoint) {
                seen.clear();
            }
            int before = seen.size();
            Numbers numbers = Numbers.every(Duration.ofNanos(50_000));
            try (StreamingContext context = context(checkpoint, Duration.ofMillis(100), numbers, seen)) {
                context.start();
                await().atMost(SOON).until(() -> seen.size() > before + 100);
                assertThat(context.stopGracefully(SOON)).isTrue();
            }
            assertThat(numbers.acknowledged()).isEqualTo(numbers.appended());
            assertThat(seen).containsExactlyInAnyOrderElementsOf(numbers(numbers.appended()));
        }
    }

    @ParameterizedTest(name = "with a checkpoint: {0}")
    @ValueSource(booleans = {false, true})
    void D5_a_graceful_stop_waits_for_what_a_slow_receiver_has_begun(boolean checkpoint) {
        List<Long> seen = new CopyOnWriteArrayList<>();
        Numbers numbers = Numbers.inRunsOf(15, Duration.ofMillis(50));
        try (StreamingContext context = context(checkpoint, Duration.ofMillis(100), numbers, seen)) {
            context.start();
            await().atMost(SOON).until(() -> numbers.appended() > 2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(numbers.appended()).isEqualTo(15);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(numbers(15));
    }

    @Test
    void D6_a_stop_right_after_the_start_completes() {
        for (int run = 0; run < 5; run++) {
            for (boolean graceful : new boolean[] {false, true}) {
                List<Long> seen = new CopyOnWriteArrayList<>();
                Numbers numbers = Numbers.every(Duration.ofNanos(50_000));
                try (StreamingContext context = context(false, Duration.ofMillis(100), numbers, seen)) {
                    context.start();
                    if (graceful) {
                        assertThat(context.stopGracefully(SOON)).isTrue();
                        assertThat(seen).containsExactlyInAnyOrderElementsOf(numbers(numbers.appended()));
                    } else {
                        context.stop();
                    }
                    assertThat(context.state()).isEqualTo(ContextState.STOPPED);
                }
            }
        }
    }

    @Test
    void D4_a_window_shows_everything_once_though_batches_are_late_when_the_program_is_stopped() throws Exception {
        List<Long> seen = new CopyOnWriteArrayList<>();
        Numbers numbers = Numbers.every(Duration.ofNanos(500_000));
        for (int run = 0; run < 3; run++) {
            int before = seen.size();
            try (StreamingContext context = lateWindows(numbers, seen)) {
                context.start();
                await().atMost(SOON).until(() -> seen.size() > before + 100);
                assertThat(context.stopGracefully(SOON)).isTrue();
            }
        }
        // what is in a window that was not due yet is shown after the next start
        try (StreamingContext context =
                lateWindows(Numbers.every(Duration.ofMillis(1)).until(0), seen)) {
            context.start();
            await().atMost(SOON).until(() -> seen.size() >= numbers.appended());
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(numbers(numbers.appended()));
    }

    private StreamingContext lateWindows(Numbers numbers, List<Long> seen) {
        StreamingContext context = StreamingContext.builder("late")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .checkpoint(directory)
                .build();
        DStream<Long> stream = context.receive(numbers.source());
        stream.window("window", Codecs.LONG, Window.tumbling(Duration.ofMillis(60)))
                .foreachBatch("seen", batch -> seen.addAll(batch.collect()));
        stream.foreachBatch(
                "late",
                batch -> assertThat(new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS))
                        .isFalse());
        return context;
    }
}
