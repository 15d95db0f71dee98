// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.misbehavior;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.misbehavior.Item.Lie;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamProgram;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Code of the program that a start calls for a state, or that is given too much: the message names state and element. */
class StateAtTheStartTest {
    /** What begins with initial entries. */
    enum Begun {
        RUNNING_REDUCE("runningReduce") {
            @Override
            DStream<?> of(DStream<Integer> in, StateSpec<Item, Integer> spec) {
                return in.mapToPair(n -> Pair.of(new Item(n, Lie.NONE, Misbehavior.THROWS), n))
                        .runningReduce(spec, Integer::sum);
            }
        },
        UPDATE_STATE("updateStateByKey") {
            @Override
            DStream<?> of(DStream<Integer> in, StateSpec<Item, Integer> spec) {
                return in.mapToPair(n -> Pair.of(new Item(n, Lie.NONE, Misbehavior.THROWS), n))
                        .<Integer>updateStateByKey(spec, (values, state) -> Optional.of(values.size()));
            }
        },
        MAP_WITH_STATE("mapWithState") {
            @Override
            DStream<?> of(DStream<Integer> in, StateSpec<Item, Integer> spec) {
                return in.mapToPair(n -> Pair.of(new Item(n, Lie.NONE, Misbehavior.THROWS), n))
                        .<Integer, Integer>mapWithState(spec, (key, value, state) -> value.orElse(0));
            }
        };

        private final String operator;

        Begun(String operator) {
            this.operator = operator;
        }

        abstract DStream<?> of(DStream<Integer> in, StateSpec<Item, Integer> spec);
    }

    @ParameterizedTest
    @EnumSource(Misbehavior.class)
    void anInitialKeyWhoseHashCodeThrows(Misbehavior how) {
        for (Begun begun : Begun.values()) {
            refused(begun, how, "(item3,7)", Pair.of(new Item(3, Lie.HASH_CODE, how), 7));
        }
    }

    @ParameterizedTest
    @EnumSource(Misbehavior.class)
    void anInitialKeyWhoseEqualsThrows(Misbehavior how) {
        for (Begun begun : Begun.values()) {
            refused(
                    begun,
                    how,
                    "(item3,8)",
                    Pair.of(new Item(3, Lie.EQUALS, how), 7),
                    Pair.of(new Item(3, Lie.EQUALS, how), 8));
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static void refused(Begun begun, Misbehavior how, String element, Pair<Item, Integer>... initial) {
        StateSpec<Item, Integer> spec =
                StateSpec.named("s", new Item.ItemCodec(), Codecs.INT).initial(List.of(initial));
        assertThatThrownBy(() -> StreamHarness.of("out", in -> begun.of(in.input("in", Codecs.INT), spec))
                        .batches("in", List.of(1))
                        .run())
                .hasMessageContaining("'" + begun.operator + "(s)' at StateAtTheStartTest.java:")
                .hasMessageContaining("failed on '" + element + "', an initial entry of state 's'")
                .hasMessageContaining(how.named())
                .hasMessageNotContaining("could not be put together");
    }

    @ParameterizedTest
    @EnumSource(Misbehavior.class)
    void aCodecThatFailsAtRecovery(Misbehavior how) {
        assertThatThrownBy(() -> counting(new Texts(Misbehavior.THROWS, false))
                        .upgradeBefore(1, program(new Texts(how, true)))
                        .run())
                .hasMessageContaining("state 's' cannot be read from the checkpoint")
                .hasMessageContaining(how.named())
                .hasMessageNotContaining("could not be put together");
    }

    @Test
    void aValueThatIsLargerThanTheLogTakes() {
        int bytes = 100_000_000;
        assertThatThrownBy(() -> StreamHarness.of(
                                "out",
                                in -> in.input("in", Codecs.INT)
                                        .mapToPair(n -> Pair.of("key" + n, bytes))
                                        .runningReduce(StateSpec.named("s", Codecs.STRING, new Zeros()), Integer::sum))
                        .batches("in", List.of(1))
                        .run())
                .hasMessageContaining("state 's' keeps more of key 'key1' than the state log takes in one entry")
                .hasMessageContaining("which is ")
                .hasMessageContaining("keep less of a key, or spread it over several keys");
    }

    private static StreamHarness counting(Texts values) {
        return StreamHarness.of(program(values)).batches("in", List.of(1), List.of(2));
    }

    private static StreamProgram program(Texts values) {
        return in -> in.collect(
                "out",
                in.input("in", Codecs.INT)
                        .mapToPair(n -> Pair.of("key" + n, "value"))
                        .runningReduce(StateSpec.named("s", Codecs.STRING, values), (a, b) -> a));
    }

    /** Texts that cannot be read, if so. */
    private record Texts(Misbehavior how, boolean unreadable) implements Codec<String> {
        @Override
        public String id() {
            return "texts";
        }

        @Override
        public void encode(String text, ByteWriter out) {
            out.writeString(text);
        }

        @Override
        public String decode(ByteReader in, int version) {
            return unreadable ? how.<RuntimeException, String>now() : in.readString();
        }
    }

    /** A number, written as so many zeros. */
    private static final class Zeros implements Codec<Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "zeros";
        }

        @Override
        public void encode(Integer size, ByteWriter out) {
            out.writeRaw(new byte[size], 0, size);
        }

        @Override
        public Integer decode(ByteReader in, int version) {
            return in.remaining();
        }
    }
}
