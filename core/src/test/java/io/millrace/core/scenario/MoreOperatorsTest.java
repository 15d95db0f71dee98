// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.AsyncCalls;
import io.millrace.api.LongAccumulator;
import io.millrace.api.Pair;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Operators that Spark does not have. */
class MoreOperatorsTest {
    private static final Executor ELSEWHERE = ForkJoinPool.commonPool();

    @Test
    void mapAsyncKeepsTheOrderAndTheLimit() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Integer> numbers = new ArrayList<>();
        List<Integer> squares = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            numbers.add(i);
            squares.add(i * i);
        }
        StreamHarness.of(
                        "squares",
                        in -> in.input("n", Codecs.INT).mapAsync(AsyncCalls.atMost(4), n -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            return CompletableFuture.supplyAsync(() -> n * n, ELSEWHERE)
                                    .whenComplete((square, failure) -> running.decrementAndGet());
                        }))
                .partitions(1)
                .batches("n", numbers, List.of())
                .run()
                .assertOutput("squares")
                .inOrder()
                .batches(squares, List.of());
        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void mapAsyncTakesAnswersAsTheyComeIfOrderDoesNotMatter() {
        Map<Integer, CompletableFuture<String>> asked = new HashMap<>();
        StreamHarness.of(
                        "answers",
                        in -> in.input("n", Codecs.INT)
                                .mapAsync(AsyncCalls.atMost(2).unordered(), n -> {
                                    CompletableFuture<String> answer = new CompletableFuture<>();
                                    asked.put(n, answer);
                                    if (n == 2) {
                                        answer.complete("two"); // the first is still waiting
                                    } else if (n == 3) {
                                        answer.complete("three");
                                        asked.get(1).complete("one");
                                    }
                                    return answer;
                                }))
                .partitions(1)
                .batches("n", List.of(1, 2, 3))
                .run()
                .assertOutput("answers")
                .inOrder()
                .batch(0, "two", "one", "three");
    }

    @Test
    void mapAsyncSaysWhichElementFailedOrGotNoAnswer() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out",
                                in -> in.input("n", Codecs.INT)
                                        .mapAsync(
                                                AsyncCalls.atMost(2),
                                                n -> CompletableFuture.failedFuture(
                                                        new IllegalStateException("service says no"))))
                        .batches("n", List.of(7))
                        .run())
                .hasMessageContaining("'mapAsync' at MoreOperatorsTest.java:")
                .hasMessageContaining("failed on '7': java.lang.IllegalStateException: service says no");
        for (AsyncCalls calls :
                List.of(AsyncCalls.atMost(2), AsyncCalls.atMost(2).unordered())) {
            assertThatThrownBy(() -> StreamHarness.of(
                                    "out",
                                    in -> in.input("n", Codecs.INT)
                                            .mapAsync(
                                                    calls.timeout(Duration.ofMillis(20)),
                                                    n -> new CompletableFuture<String>()))
                            .batches("n", List.of(7))
                            .run())
                    .hasMessageContaining("failed on '7'")
                    .hasMessageContaining("no answer after PT0.02S");
        }
    }

    @Test
    void lookupAsksForManyKeysAtOnce() {
        ConcurrentLinkedQueue<Integer> questions = new ConcurrentLinkedQueue<>();
        StreamHarness.of(
                        "joined",
                        in -> in.pairs("in", Codecs.STRING, Codecs.INT).lookup(3, keys -> {
                            questions.add(keys.size());
                            Map<String, String> found = new HashMap<>();
                            keys.stream().filter(key -> !key.equals("x")).forEach(key -> found.put(key, "the " + key));
                            return found;
                        }))
                .partitions(1)
                .batches("in", List.of(Pair.of("a", 1), Pair.of("a", 2), Pair.of("b", 3), Pair.of("x", 4)), List.of())
                .run()
                .assertOutput("joined")
                .batches(
                        List.of(
                                Pair.of("a", Pair.of(1, Optional.of("the a"))),
                                Pair.of("a", Pair.of(2, Optional.of("the a"))),
                                Pair.of("b", Pair.of(3, Optional.of("the b"))),
                                Pair.of("x", Pair.of(4, Optional.empty()))),
                        List.of());
        assertThat(questions).containsExactly(2, 1);
    }

    @Test
    void topIsInOrderAndNoLongerThanAskedFor() {
        StreamHarness.of("top", in -> in.input("n", Codecs.INT).top(3, Comparator.<Integer>reverseOrder()::compare))
                .partitions(3)
                .batches("n", List.of(5, 1, 9, 7, 9, 3), List.of(2), List.of())
                .inAllModes()
                .run()
                .assertOutput("top")
                .inOrder()
                .batches(List.of(9, 9, 7), List.of(2), List.of());
    }

    @Test
    void ratePerKeyIsPerSecondOfTheWindow() {
        StreamHarness.of(
                        "rates",
                        in -> in.pairs("in", Codecs.STRING, Codecs.INT)
                                .ratePerKey("rates", Codecs.STRING, Window.of(Duration.ofSeconds(2))))
                .batches(
                        "in", List.of(Pair.of("a", 1), Pair.of("a", 1)), List.of(Pair.of("a", 1)), List.of(), List.of())
                .inAllModes()
                .run()
                .assertOutput("rates")
                .batches(List.of(Pair.of("a", 1.0)), List.of(Pair.of("a", 1.5)), List.of(Pair.of("a", 0.5)), List.of());
    }

    @Test
    void anAccumulatorCountsEachCommittedBatchOnce() {
        List<Long> seen = new ArrayList<>();
        AtomicInteger failures = new AtomicInteger();
        StreamHarness.of(in -> {
                    LongAccumulator odd = in.context().accumulator("odd");
                    var threshold = in.context().broadcast(1);
                    in.collect("numbers", in.input("n", Codecs.INT).map(n -> {
                        odd.add(n % 2);
                        if (n == 5 && failures.incrementAndGet() == 1) {
                            throw new IllegalStateException("once");
                        }
                        return n * threshold.value();
                    }));
                    in.input("other", Codecs.INT).foreachBatch("watch", batch -> {
                        synchronized (seen) {
                            seen.add(odd.value());
                        }
                    });
                    assertThatThrownBy(() -> odd.add(1))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("accumulator 'odd' is added to outside");
                })
                .set("scheduler.task.max-failures", "4")
                .set("scheduler.task.retry-backoff", "0ms")
                .batches("n", List.of(1, 2, 3), List.of(5), List.of(), List.of(7, 9))
                .atLeast(5)
                .restartAfter(0, 2)
                .killIn(1)
                .run()
                .assertOutput("numbers")
                .batches(List.of(1, 2, 3), List.of(5), List.of(), List.of(7, 9), List.of());
        assertThat(seen).startsWith(2L, 3L).endsWith(3L, 5L, 5L);
    }

    @Test
    void anAccumulatorIsDeclaredOnce() {
        assertThatThrownBy(() -> StreamHarness.of(in -> {
                            in.context().accumulator("a");
                            in.context().accumulator("a");
                        })
                        .atLeast(1)
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("accumulator 'a' is declared twice");
    }

    @Test
    void theNameUnderWhichAccumulatorsAreKeptIsTaken() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out",
                                in -> in.pairs("in", Codecs.STRING, Codecs.LONG)
                                        .runningReduce("#accumulators", Codecs.STRING, Codecs.LONG, Long::sum))
                        .atLeast(1)
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("under which accumulators are kept");
    }
}
