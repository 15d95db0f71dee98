// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.StatefulDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch that was planned with one batch interval is run with another, of whose multiples its time is none. */
@Timeout(60)
class BatchOfAnotherIntervalTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(10_000));
    private final Map<String, List<?>> seen = Collections.synchronizedMap(new TreeMap<>());

    @TempDir
    private Path directory;

    private static StateSpec<String, Integer> counts(String name) {
        return StateSpec.named(name, Codecs.STRING, Codecs.INT);
    }

    private StreamingContext start(Duration interval, boolean fails) {
        StreamingContext context = StreamingContext.builder("other-interval")
                .batchInterval(interval)
                .checkpoint(directory)
                .clock(clock)
                .build();
        PairDStream<String, Integer> words = context.receive("topic-direct", Map.of("topic", "other-interval"))
                .mapToPair(view -> Pair.of(view.valueUtf8(), 1));
        words.updateStateByKey(counts("updated"), (values, before) -> Optional.of(before.orElse(0) + values.size()))
                .foreachBatch("updated", batch -> {
                    if (fails) {
                        throw new IllegalStateException("not yet");
                    }
                    seen.put("updated at " + batch.id().batchTime().toEpochMilli(), batch.collect());
                });
        StatefulDStream<String, Integer, Integer> mapped = words.mapWithState(counts("mapped"), (key, value, state) -> {
            state.update(state.find().orElse(0) + value.orElse(0));
            return state.get();
        });
        mapped.stateSnapshots()
                .foreachBatch(
                        "snapshots",
                        batch -> seen.put(
                                "snapshots at " + batch.id().batchTime().toEpochMilli(), batch.collect()));
        context.start();
        return context;
    }

    @Test
    void statesTakeItsElementsAndShowThemselves() {
        Topic.create("other-interval", 1).add(0, "a");
        try (StreamingContext context = start(Duration.ofMillis(300), true)) {
            clock.advance(Duration.ofMillis(300));
            assertThatThrownBy(() -> context.awaitTermination(SOON)).hasMessageContaining("not yet");
        }
        try (StreamingContext context = start(Duration.ofSeconds(1), false)) {
            await().atMost(SOON).until(() -> seen.size() >= 2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen)
                .containsEntry("snapshots at 10200", List.of(Pair.of("a", 1)))
                .containsEntry("updated at 10200", List.of(Pair.of("a", 1)));
    }
}
