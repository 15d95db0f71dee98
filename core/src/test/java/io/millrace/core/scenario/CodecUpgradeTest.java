// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A state that an older version of a codec wrote is read by the next one, whatever the operator stores beside it. */
class CodecUpgradeTest {
    private static final EventTime<Integer> TEN_SECONDS =
            EventTime.tumbling(Duration.ofSeconds(10), (Integer second) -> Instant.EPOCH.plusSeconds(second));

    /** Version 1 wrote numbers as text, version 2 writes them as numbers. */
    private record NumberCodec(int version) implements Codec<Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "number";
        }

        @Override
        public void encode(Integer value, ByteWriter out) {
            if (version == 1) {
                out.writeString(Integer.toString(value));
            } else {
                out.writeZigZag(value);
            }
        }

        @Override
        public Integer decode(ByteReader in, int written) {
            return written == 1 ? Integer.valueOf(in.readString()) : Integer.valueOf((int) in.readZigZag());
        }
    }

    enum Stateful {
        RUNNING_REDUCE,
        UPDATE_STATE_BY_KEY,
        MAP_WITH_STATE,
        WINDOW,
        WINDOW_WITH_INVERSE,
        WINDOW_OF_PAIRS,
        WINDOW_OF_LISTS,
        EVENT_TIME;

        DStream<?> over(PairDStream<String, Integer> in, int version) {
            StateSpec<String, Integer> state = StateSpec.named("state", Codecs.STRING, new NumberCodec(version));
            Window window = Window.of(Duration.ofSeconds(10));
            return switch (this) {
                case RUNNING_REDUCE -> in.runningReduce(state, Integer::sum);
                case UPDATE_STATE_BY_KEY ->
                    in.updateStateByKey(
                            state,
                            (values, sum) -> Optional.of(sum.orElse(0)
                                    + values.stream().mapToInt(v -> v).sum()));
                case MAP_WITH_STATE ->
                    in.mapWithState(state.timeout(Duration.ofMinutes(1)), (key, value, sum) -> {
                        sum.update(sum.find().orElse(0) + value.orElse(0));
                        return Pair.of(key, sum.get());
                    });
                case WINDOW -> in.reduceByKeyAndWindow(state, window, Integer::sum);
                case WINDOW_WITH_INVERSE ->
                    in.reduceByKeyAndWindow(state, window, Integer::sum, (all, old) -> all - old);
                case WINDOW_OF_PAIRS ->
                    in.window("state", Codecs.pair(Codecs.STRING, new NumberCodec(version)), window)
                            .reduceByKey(Integer::sum);
                case WINDOW_OF_LISTS ->
                    in.groupByKeyAndWindow("state", Codecs.STRING, new NumberCodec(version), window)
                            .mapValues(
                                    values -> values.stream().mapToInt(v -> v).sum());
                case EVENT_TIME ->
                    in.reduceByKeyAndEventTime(state, TEN_SECONDS, second -> second, Integer::sum)
                            .mapValues(window10 -> window10.value());
            };
        }
    }

    private static StreamHarness upgraded(Stateful stateful, int from, int to) {
        return StreamHarness.of("out", in -> stateful.over(in.pairs("in", Codecs.STRING, Codecs.INT), from))
                .upgradeBefore(2, in -> in.collect("out", stateful.over(in.pairs("in", Codecs.STRING, Codecs.INT), to)))
                .batches(
                        "in", List.of(Pair.of("a", 3)), List.of(Pair.of("a", 5)), List.of(Pair.of("a", 40)), List.of());
    }

    @ParameterizedTest
    @EnumSource
    void a_newer_version_of_a_codec_reads_the_older_state(Stateful stateful) {
        upgraded(stateful, 1, 2)
                .run()
                .assertOutput("out")
                .batch(stateful == Stateful.EVENT_TIME ? 3 : 2, Pair.of("a", stateful == Stateful.EVENT_TIME ? 8 : 48));
    }

    @ParameterizedTest
    @EnumSource
    void an_older_version_of_a_codec_is_refused(Stateful stateful) {
        assertThatThrownBy(() -> upgraded(stateful, 2, 1).run())
                .hasMessageContaining("of state 'state' are stored with codec")
                .hasMessageMatching("(?s).*version [23], but the program declares '.*' version 1: .*");
    }

    @Test
    void a_pair_is_read_if_neither_of_its_codecs_is_older_than_what_wrote_it() {
        for (int keys = 1; keys <= 4; keys++) {
            for (int values = 1; values <= 4; values++) {
                Codec<Pair<Integer, Integer>> writing = pair(keys, values);
                ByteWriter out = new ByteWriter(16);
                writing.encode(Pair.of(17, -5), out);
                for (int newerKeys = 1; newerKeys <= 4; newerKeys++) {
                    for (int newerValues = 1; newerValues <= 4; newerValues++) {
                        Codec<Pair<Integer, Integer>> reading = pair(newerKeys, newerValues);
                        ByteReader in = new ByteReader(Arrays.copyOf(out.array(), out.size()));
                        if (newerKeys >= keys && newerValues >= values) {
                            assertThat(reading.version()).isGreaterThanOrEqualTo(writing.version());
                            assertThat(reading.decode(in, writing.version())).isEqualTo(Pair.of(17, -5));
                        } else {
                            assertThatThrownBy(() -> reading.decode(in, writing.version()))
                                    .isInstanceOf(MillraceException.class)
                                    .hasMessageContaining("part of a pair is stored with codec 'number' version");
                        }
                    }
                }
            }
        }
    }

    private static Codec<Pair<Integer, Integer>> pair(int keys, int values) {
        return Codecs.pair(new NumberCodec(keys), new NumberCodec(values));
    }
}
