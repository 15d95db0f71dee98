// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.PairEmitter;
import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Source;
import io.millrace.core.engine.Topic;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.ValueChunk;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.stream.StreamHarness;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails behind a function that emits fails its task, whatever the function makes of what its emitter throws. */
@Timeout(60)
class SwallowedFailuresTest {
    /** What a function does about a failure of its emitter. */
    enum Handling {
        FORGET,
        WRAP,
        STOP_EMITTING_AND_FAIL_FOR_ITSELF;

        void emit(PairEmitter<String, Integer> out, String key, int value) {
            try {
                out.emit(key, value);
            } catch (Throwable thrown) {
                switch (this) {
                    case FORGET -> {}
                    case WRAP -> throw new IllegalStateException("wrapped", thrown);
                    case STOP_EMITTING_AND_FAIL_FOR_ITSELF -> throw new IllegalArgumentException("another");
                }
            }
        }
    }

    private static int odd(int value) {
        if (value % 2 == 0) {
            throw new IllegalStateException("cannot use " + value);
        }
        return value;
    }

    @ParameterizedTest
    @EnumSource(Handling.class)
    void ofFlatMapToPair(Handling handling) {
        for (String onError : List.of("stop", "skip")) { // skip: of the function, which is not to blame for a later one
            assertThatThrownBy(() -> StreamHarness.of(
                                    "out",
                                    in -> in.input("n", Codecs.INT)
                                            .<String, Integer>flatMapToPair((n, out) -> {
                                                handling.emit(out, "a", n);
                                                handling.emit(out, "b", n + 1);
                                                handling.emit(out, "c", n + 2);
                                            })
                                            .reduceByKey((left, right) -> odd(left))
                                            .filter(pair -> true))
                            .set("records.on-error", onError)
                            .set("scheduler.task.max-failures", "1")
                            .batches("n", List.of(1, 1, 1, 1))
                            .run())
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("cannot use 2");
        }
    }

    @Test
    void ofFlatMapToPairIsTheLaterOperatorsAndNamesIt() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out",
                                in -> in.input("n", Codecs.INT)
                                        .<String, Integer>flatMapToPair((n, out) -> {
                                            Handling.FORGET.emit(out, "a", n);
                                            Handling.FORGET.emit(out, "a", 7);
                                        })
                                        .mapValues(SwallowedFailuresTest::odd))
                        .set("scheduler.task.max-failures", "1")
                        .batches("n", List.of(2))
                        .run())
                .hasMessageContaining("'mapValues' at SwallowedFailuresTest.java:")
                .hasMessageContaining("cannot use 2");
    }

    @Test
    void anElementThatALaterOperatorDoesWithoutIsNoFailure() {
        StreamHarness.of(
                        "out",
                        in -> in.input("n", Codecs.INT)
                                .<String, Integer>flatMapToPair((n, out) -> {
                                    Handling.FORGET.emit(out, "a", n);
                                    Handling.FORGET.emit(out, "a", 7);
                                })
                                .mapValues(SwallowedFailuresTest::odd)
                                .map(pair -> pair.value()))
                .set("records.on-error", "skip")
                .batches("n", List.of(2, 3))
                .run()
                .assertOutput("out")
                .batches(List.of(7, 3, 7));
    }

    @Test
    void ofFlatMapToSliceLong() {
        Topic topic = Topic.create("swallowed", 1);
        topic.add(0, "a");
        topic.add(0, "bb");
        topic.add(0, "c");
        assertThatThrownBy(() -> run(context -> context.receive("topic-direct", Map.of("topic", "swallowed"))
                        .flatMapToSliceLong((view, out) -> {
                            byte[] word = view.valueUtf8().getBytes(StandardCharsets.UTF_8);
                            try {
                                out.emit(word, 0, word.length, 1);
                            } catch (Exception e) {
                                assertThat(e).hasMessageContaining("cannot use 2");
                            }
                        })
                        .map((slice, number) -> odd(slice.length()))))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("cannot use 2");
    }

    /** The reader of a source passes records to the first operator: what that throws is not the reader's to handle. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAnyOperatorBehindASource(boolean swallowed) {
        Source<String> source =
                new Source<>("words", "given-words", Map.of(), () -> RecordView::valueUtf8, new Given(swallowed));
        assertThatThrownBy(() -> run(context -> context.receive(source)
                        .mapToPair(word -> Pair.of("n", word.length() == 2 ? 2 : 3))
                        .reduceByKey((left, right) -> odd(right))))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("cannot use 2");
    }

    private static void run(Function<StreamingContext, DStream<?>> program) throws Exception {
        try (StreamingContext context = StreamingContext.builder("swallowed")
                .batchInterval(Duration.ofSeconds(1))
                .checkpoint(URI.create("mem:/"))
                .clock(new ManualClock(Instant.parse("2000-01-01T00:00:00Z")))
                .set("scheduler.task.max-failures", "1")
                .build()) {
            program.apply(context).foreachBatch("out", batch -> {});
            context.start();
            context.awaitTermination(Duration.ofSeconds(5));
        }
    }

    /** A source of three words, of which the second has two letters; its reader may swallow what its consumer throws. */
    private record Given(boolean swallows) implements DirectSourceProvider, DirectSource {
        @Override
        public String name() {
            return "given-words";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public DirectSource open(PluginContext context) {
            return this;
        }

        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return Map.of("p", Position.of(0));
        }

        @Override
        public Map<String, Position> available() {
            return Map.of("p", Position.of(3));
        }

        @Override
        public Position beginning(String partition) {
            return Position.of(0);
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> from, long limit) {
            long next = from.getOrDefault("p", Position.of(0)).number();
            return next == 3 ? List.of() : List.of(new OffsetRange("p", Position.of(next), Position.of(3), 3 - next));
        }

        @Override
        public RangeReader reader() {
            return new RangeReader() {
                private boolean read;

                @Override
                public void open(OffsetRange range) {
                    read = false;
                }

                @Override
                public @Nullable Chunk fetch() {
                    boolean before = read;
                    read = true;
                    return before ? null : chunk();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void committed(Map<String, Position> positions) {}

        @Override
        public void close() {}

        private RangeReader.Chunk chunk() {
            ValueChunk words = new ValueChunk(
                    "p",
                    0,
                    Stream.of("a", "bb", "c")
                            .map(word -> word.getBytes(StandardCharsets.UTF_8))
                            .toList());
            return consumer -> words.forEach(swallows ? forgiving(consumer) : consumer);
        }

        private static RecordConsumer<RecordView> forgiving(RecordConsumer<RecordView> consumer) {
            return view -> {
                try {
                    consumer.accept(view);
                } catch (Exception e) {
                    assertThat(e).hasMessageContaining("cannot use 2");
                }
            };
        }
    }
}
