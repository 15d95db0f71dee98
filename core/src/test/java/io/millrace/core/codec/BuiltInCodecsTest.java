// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.codec;

import io.millrace.api.Pair;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.codec.CodecConformance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The codecs of the API keep the rules of keys; that of byte arrays, which equal nothing, says that it cannot. */
class BuiltInCodecsTest {
    private static final double OTHER_NAN = Double.longBitsToDouble(0x7ff8000000000123L);

    @Nested
    class Strings extends CodecConformance<String> {
        @Override
        protected Codec<String> codec() {
            return Codecs.STRING;
        }

        @Override
        protected List<List<String>> values() {
            return List.of(
                    List.of("", new String(new char[0])),
                    List.of("a", new String(new char[] {'a'})),
                    List.of("?"),
                    List.of("\uFFFD"),
                    List.of("😀", "\uD83D" + "\uDE00"),
                    List.of("\uD83D"),
                    List.of("\uDE00"),
                    List.of("\uDE00\uD83D"),
                    List.of("e\u0301"),
                    List.of("é"));
        }
    }

    @Nested
    class Longs extends CodecConformance<Long> {
        @Override
        protected Codec<Long> codec() {
            return Codecs.LONG;
        }

        @Override
        protected List<List<Long>> values() {
            return List.of(
                    List.of(0L, -0L),
                    List.of(-1L),
                    List.of(1L << 40, Long.parseLong("1099511627776")),
                    List.of(Long.MIN_VALUE),
                    List.of(Long.MAX_VALUE));
        }
    }

    @Nested
    class Ints extends CodecConformance<Integer> {
        @Override
        protected Codec<Integer> codec() {
            return Codecs.INT;
        }

        @Override
        protected List<List<Integer>> values() {
            return List.of(
                    List.of(0),
                    List.of(-1),
                    List.of(1_000, Integer.parseInt("1000")),
                    List.of(Integer.MIN_VALUE),
                    List.of(Integer.MAX_VALUE));
        }
    }

    @Nested
    class Doubles extends CodecConformance<Double> {
        @Override
        protected Codec<Double> codec() {
            return Codecs.DOUBLE;
        }

        @Override
        protected List<List<Double>> values() {
            return List.of(
                    List.of(Double.NaN, OTHER_NAN, Double.longBitsToDouble(0xfff0000000000001L)),
                    List.of(0.0),
                    List.of(-0.0),
                    List.of(Double.MIN_VALUE),
                    List.of(Double.NEGATIVE_INFINITY),
                    List.of(1.5, Double.parseDouble("1.50")));
        }
    }

    @Nested
    class ListsOfPairs extends CodecConformance<List<Pair<String, Double>>> {
        @Override
        protected Codec<List<Pair<String, Double>>> codec() {
            return Codecs.list(Codecs.pair(Codecs.STRING, Codecs.DOUBLE));
        }

        @Override
        protected List<List<List<Pair<String, Double>>>> values() {
            Pair<String, Double> one = Pair.of("a", OTHER_NAN);
            return List.of(
                    List.of(List.of(), new ArrayList<>()),
                    List.of(List.of(one), new ArrayList<>(List.of(Pair.of("a", Double.NaN)))),
                    List.of(List.of(one, one)),
                    List.of(List.of(Pair.of("", 0.0))),
                    List.of(List.of(Pair.of("", -0.0))));
        }
    }
}
