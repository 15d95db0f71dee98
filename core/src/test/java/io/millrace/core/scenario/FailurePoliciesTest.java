// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.Pair;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.api.listener.StreamingEvent.RecordsSkipped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of outputs and elements that fail. */
class FailurePoliciesTest {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<RecordsSkipped> skipped = Collections.synchronizedList(new ArrayList<>());
    private final List<List<Optional<String>>> failures = Collections.synchronizedList(new ArrayList<>());
    private final StreamingListener listener = new StreamingListener() {
        @Override
        public void onRecordsSkipped(RecordsSkipped event) {
            skipped.add(event);
        }

        @Override
        public void onBatchCompleted(BatchCompleted event) {
            failures.add(event.batch().outputs().stream()
                    .map(OutputOperationInfo::failure)
                    .toList());
        }
    };

    @Test
    void anOutputThatFailsIsCalledAgainWithTheSameBatch() {
        StreamHarness.of(in -> {
                    var numbers = in.input("n", Codecs.INT);
                    numbers.foreachBatch("flaky", OutputPolicy.stop().retry(2, Duration.ZERO), batch -> {
                        calls.add(batch.id().attempt() + ":" + batch.collect());
                        if (batch.id().attempt() < 2) {
                            throw new IllegalStateException("away");
                        }
                    });
                    in.collect("n", numbers);
                })
                .partitions(1)
                .batches("n", List.of(1), List.of(2))
                .run()
                .assertOutput("n")
                .batches(List.of(1), List.of(2));
        assertThat(calls).containsExactly("0:[1]", "1:[1]", "2:[1]", "0:[2]", "1:[2]", "2:[2]");
    }

    @Test
    void anOutputThatFailsTooOftenStopsTheProgram() {
        assertThatThrownBy(() -> StreamHarness.of(in -> in.input("n", Codecs.INT)
                                .foreachBatch("gone", OutputPolicy.stop().retry(1, Duration.ZERO), batch -> {
                                    calls.add("call");
                                    throw new IllegalStateException("away");
                                }))
                        .batches("n", List.of(1))
                        .run())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("output 'gone' failed on batch")
                .hasMessageContaining("away");
        assertThat(calls).hasSize(2);
    }

    @Test
    void anOutputCanDoWithoutABatchAndSaysSo() {
        StreamHarness.of(in -> {
                    var numbers = in.input("n", Codecs.INT);
                    numbers.foreachBatch("poor", OutputPolicy.skip(), batch -> {
                        if (batch.collect().contains(2)) {
                            throw new IllegalStateException("no twos");
                        }
                    });
                    in.collect("n", numbers);
                })
                .listener(listener)
                .batches("n", List.of(1), List.of(2), List.of(3))
                .run()
                .assertOutput("n")
                .batches(List.of(1), List.of(2), List.of(3));
        assertThat(failures).hasSize(3);
        assertThat(failures.get(1).get(0).orElseThrow()).contains("no twos");
        assertThat(failures.get(2).get(0)).isEmpty();
    }

    @Test
    void H3_every_output_is_called_though_others_fail_and_each_failure_is_told() {
        assertThatThrownBy(() -> StreamHarness.of(in -> {
                            var numbers = in.input("n", Codecs.INT);
                            for (int i = 0; i < 3; i++) {
                                int output = i;
                                numbers.foreachBatch(batch -> {
                                    calls.add("output " + output);
                                    if (output < 2) {
                                        throw new IllegalStateException("failure " + output);
                                    }
                                });
                            }
                        })
                        .listener(listener)
                        .batches("n", List.of(1))
                        .run())
                .hasMessageContaining("failure 0");
        assertThat(calls).containsExactly("output 0", "output 1", "output 2");
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).get(0).orElseThrow()).contains("failure 0");
        assertThat(failures.get(0).get(1).orElseThrow()).contains("failure 1");
        assertThat(failures.get(0).get(2)).isEmpty();
    }

    @Test
    void aBatchCanDoWithoutElementsAndReportsThem() {
        StreamHarness.of(
                        "out",
                        in -> in.input("words", Codecs.STRING)
                                .map(Integer::parseInt)
                                .filter(n -> 10 / n > 0)
                                .flatMap(n -> List.of(n, 5 / (n - 2)))
                                .mapToPair(n -> Pair.of("sum", n))
                                .mapValues(n -> n)
                                .reduceByKey(Integer::sum)
                                .runningReduce("sum", Codecs.STRING, Codecs.INT, Integer::sum))
                .set("records.on-error", "skip")
                .listener(listener)
                .inAllModes()
                .batches("words", List.of("1", "x", "y", "0", "2"), List.of("3"))
                .run()
                .assertOutput("out")
                .batches(List.of(Pair.of("sum", -4)), List.of(Pair.of("sum", 4)));
        assertThat(skipped).anySatisfy(event -> {
            assertThat(event.operator()).startsWith("'map' at FailurePoliciesTest.java:");
            assertThat(event.count()).isEqualTo(2);
            assertThat(event.example()).containsPattern("failed on '[xy]'").contains("NumberFormatException");
        });
        assertThat(skipped).anySatisfy(event -> assertThat(event.operator()).startsWith("'filter' at"));
        assertThat(skipped).anySatisfy(event -> assertThat(event.operator()).startsWith("'flatMap' at"));
    }

    @Test
    void whatFailsAfterAFunctionIsNotTakenForIt() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out",
                                in -> in.input("words", Codecs.STRING)
                                        .<String, Integer>flatMapToPair((word, out) -> {
                                            out.emit(word, 1);
                                            out.emit(word, 2);
                                        })
                                        .reduceByKey((a, b) -> {
                                            throw new IllegalStateException("cannot add");
                                        }))
                        .set("records.on-error", "skip")
                        .listener(listener)
                        .batches("words", List.of("a"))
                        .run())
                .hasMessageContaining("cannot add");
        assertThat(skipped).isEmpty();
    }

    @Test
    void anElementIsToBlameForAnInterruptionThatTheEngineDidNotAskFor() {
        StreamHarness.of(
                        "out",
                        in -> in.input("n", Codecs.INT).map(n -> {
                            if (n == 1) {
                                throw new InterruptedException("of its own");
                            }
                            return n;
                        }))
                .set("records.on-error", "skip")
                .listener(listener)
                .batches("n", List.of(1, 2))
                .run()
                .assertOutput("out")
                .batches(List.of(2));
        assertThat(skipped).hasSize(1);
    }

    @Test
    void anOutputsPolicyHoldsForAnInterruptionThatTheEngineDidNotAskFor() {
        StreamHarness.of(in -> in.input("n", Codecs.INT)
                        .foreachBatch("out", OutputPolicy.skip().retry(3, Duration.ZERO), batch -> {
                            calls.add("call");
                            throw new InterruptedException("of its own");
                        }))
                .batches("n", List.of(1))
                .run();
        assertThat(calls).hasSize(4);
    }
}
