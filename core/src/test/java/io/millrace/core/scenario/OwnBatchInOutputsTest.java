// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.DStream;
import io.millrace.api.LongAccumulator;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an output sees beside its elements is of its own batch, not of the one before. */
class OwnBatchInOutputsTest {
    private static final long PATIENCE = 20;

    /** By batch, every value that any of its runs saw. */
    private final ConcurrentSkipListMap<Instant, Set<Long>> seen = new ConcurrentSkipListMap<>();

    private void see(Instant batch, long value) {
        seen.computeIfAbsent(batch, b -> new ConcurrentSkipListSet<>()).add(value);
    }

    private List<Set<Long>> seenInOrder() {
        return List.copyOf(new TreeMap<>(seen).values());
    }

    @ParameterizedTest
    @EnumSource
    void anAccumulatorHoldsTheBatchOfTheOutputHoweverOftenItRuns(RestartMode mode) {
        StreamHarness.of(in -> {
                    LongAccumulator elements = in.context().accumulator("elements");
                    DStream<Integer> counted = in.input("n", Codecs.INT).map(n -> {
                        elements.add(1);
                        return n;
                    });
                    counted.foreachBatch("first", batch -> see(batch.id().batchTime(), elements.value()));
                    in.collect("numbers", counted);
                    counted.foreachBatch("last", batch -> see(batch.id().batchTime(), elements.value()));
                })
                .batches("n", List.of(1, 2), List.of(3), List.of(), List.of(4, 5, 6))
                .modes(mode)
                .seed(197)
                .run();
        assertThat(seenInOrder()).containsExactly(Set.of(2L), Set.of(3L), Set.of(3L), Set.of(6L));
    }

    @Test
    void anAccumulatorHoldsItOnThreadsOfTheOutputToo() {
        StreamHarness.of(in -> {
                    LongAccumulator elements = in.context().accumulator("elements");
                    in.input("n", Codecs.INT)
                            .map(n -> {
                                elements.add(1);
                                return n;
                            })
                            .foreachBatch(batch -> see(
                                    batch.id().batchTime(),
                                    CompletableFuture.supplyAsync(elements::value)
                                            .get(PATIENCE, TimeUnit.SECONDS)));
                })
                .batches("n", List.of(1, 2), List.of(3))
                .run();
        assertThat(seenInOrder()).containsExactly(Set.of(2L), Set.of(3L));
    }
}
