// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.misbehavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.ReduceFunction;
import io.millrace.testkit.stream.StreamHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A combining function that throws behind the exchange is called again with its task, and nothing is combined twice. */
class CombiningAgainTest {
    private static final int VALUES = 400;
    private static final int KEYS = 40;

    private final AtomicInteger calls = new AtomicInteger();

    /** The ways to combine. */
    enum Combining {
        REDUCE {
            @Override
            DStream<?> of(DStream<Integer> in, ReduceFunction<Integer> add) {
                return in.reduce(add).map(sum -> Pair.of(0, sum));
            }
        },
        REDUCE_BY_KEY {
            @Override
            DStream<?> of(DStream<Integer> in, ReduceFunction<Integer> add) {
                return in.mapToPair(n -> Pair.of(n % KEYS, n)).reduceByKey(add);
            }
        },
        COMBINE_BY_KEY {
            @Override
            DStream<?> of(DStream<Integer> in, ReduceFunction<Integer> add) {
                return in.mapToPair(n -> Pair.of(n % KEYS, n)).<Integer>combineByKey(n -> n, add::apply, add);
            }
        };

        abstract DStream<?> of(DStream<Integer> in, ReduceFunction<Integer> add);
    }

    @ParameterizedTest
    @EnumSource(Combining.class)
    void eachCallMayFailOnce(Combining how) {
        Object expected = sums(run(how, -1, "1"));
        int all = calls.get();
        for (int failing = 1; failing <= all; failing += how == Combining.REDUCE ? 37 : 7) {
            assertThat(sums(run(how, failing, "2")))
                    .as("call %d fails", failing)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theCauseIsSaid(int attempts) {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out",
                                in -> in.input("in", Codecs.INT)
                                        .mapToPair(n -> Pair.of("k", n))
                                        .reduceByKey((a, b) -> {
                                            throw new IllegalStateException("cannot add");
                                        }))
                        .partitions(2)
                        .set("scheduler.task.max-failures", Integer.toString(attempts))
                        .set("scheduler.task.retry-backoff", "0ms")
                        .batches("in", List.of(1, 2))
                        .run())
                .hasMessageContaining("'reduceByKey' at CombiningAgainTest.java:")
                .hasMessageContaining("failed on '(k,")
                .hasMessageContaining("cannot add");
    }

    private List<?> run(Combining how, int failing, String attempts) {
        calls.set(0);
        return StreamHarness.of(
                        "out",
                        in -> how.of(in.input("in", Codecs.INT), (a, b) -> {
                            if (calls.incrementAndGet() == failing) {
                                throw new IllegalStateException("once");
                            }
                            return a + b;
                        }))
                .partitions(4)
                .set("scheduler.task.max-failures", attempts)
                .set("scheduler.task.retry-backoff", "0ms")
                .batches("in", IntStream.range(0, VALUES).boxed().toList())
                .run()
                .output("out")
                .get(0);
    }

    private static Map<Object, Object> sums(List<?> pairs) {
        Map<Object, Object> sums = new TreeMap<>();
        List<Object> twice = new ArrayList<>();
        for (Object each : pairs) {
            Pair<?, ?> pair = (Pair<?, ?>) each;
            if (sums.put(pair.key(), pair.value()) != null) {
                twice.add(pair.key());
            }
        }
        assertThat(twice).isEmpty();
        return sums;
    }
}
