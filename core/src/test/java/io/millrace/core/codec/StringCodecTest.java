// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Every string comes back as it was, also one that is no text: half of a surrogate pair stands alone in it. */
class StringCodecTest {
    private static final String[] PIECES = {
        "",
        "a",
        "?",
        "plain text",
        "a?b=c",
        "ü",
        "é?",
        "中文",
        "\uFFFD",
        "😀",
        "\uDBFF\uDFFF",
        "\u0000",
        "\uD7FF\uE000",
        "0123456789abcdef",
        "\uD800",
        "\uDBFF",
        "\uDC00",
        "\uDFFF",
        "\uD83F",
        "\uDF3F",
        "\uD83D",
        "\uDE00"
    };

    @Test
    void aStringComesBackWhateverIsInIt() {
        for (String first : PIECES) {
            for (String second : PIECES) {
                for (String third : PIECES) {
                    String text = first + second + third;
                    assertThat(decoded(encoded(text))).as(escaped(text)).isEqualTo(text);
                }
            }
        }
    }

    @Test
    void anyCharsComeBackInStringsOfAnyLength() {
        Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            char[] chars = new char[random.nextInt(80)];
            boolean mostlyAscii = random.nextBoolean();
            for (int i = 0; i < chars.length; i++) {
                chars[i] = mostlyAscii && random.nextInt(40) > 0
                        ? (char) (' ' + random.nextInt(90))
                        : random.nextInt(3) == 0
                                ? (char) (0xD800 + random.nextInt(0x800))
                                : (char) random.nextInt(0x10000);
            }
            String text = new String(chars);
            assertThat(decoded(encoded(text))).as(escaped(text)).isEqualTo(text);
        }
    }

    @Test
    void textHasTheBytesOfUtf8() {
        for (String text :
                List.of("", "?", "plain", "a?b", "ü", "中文", "\uFFFD", "😀", "x".repeat(16), "y".repeat(17))) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            byte[] expected = new byte[utf8.length + 1];
            expected[0] = (byte) utf8.length;
            System.arraycopy(utf8, 0, expected, 1, utf8.length);
            assertThat(encoded(text)).as(text).isEqualTo(expected);
        }
        String large = "ab?".repeat(10_000);
        assertThat(encoded(large))
                .endsWith(large.getBytes(StandardCharsets.UTF_8))
                .hasSize(30_003);
    }

    @Test
    void halfOfAPairTakesThreeBytesThatAreNotUtf8() {
        assertThat(encoded("a\uD83D!")).isEqualTo(bytes(5, 'a', 0xED, 0xA0, 0xBD, '!'));
        assertThat(encoded("\uDC00")).isEqualTo(bytes(3, 0xED, 0xB0, 0x80));
        Assertions.assertThatThrownBy(
                        () -> StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded("a\uD83D!"), 1, 5)))
                .isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void otherBytesThatAreNotUtf8AreReadAsBefore() {
        byte[] damaged = bytes(6, 'a', 0xC3, 'b', 0xED, 0x9F, 0xFF);
        assertThat(decoded(damaged)).isEqualTo(new String(damaged, 1, 6, StandardCharsets.UTF_8));
        assertThat(decoded(bytes(2, 0xED, 0xA0))).isEqualTo(new String(bytes(0xED, 0xA0), StandardCharsets.UTF_8));
    }

    @Test
    void keysThatDifferInHalfAPairStayApartOverRestarts() {
        StreamHarness.of(
                        "totals",
                        in -> in.input("in", Codecs.STRING)
                                .map(word -> word.equals("one") ? "k\uD800" : "k\uD801")
                                .mapToPair(key -> Pair.of(key, 1))
                                .runningReduce(StateSpec.named("s", Codecs.STRING, Codecs.INT), Integer::sum))
                .batches("in", List.of("one"), List.of("two"), List.of("one"))
                .inAllModes()
                .run()
                .assertOutput("totals")
                .batches(
                        List.of(Pair.of("k\uD800", 1)), List.of(Pair.of("k\uD801", 1)), List.of(Pair.of("k\uD800", 2)));
    }

    private static byte[] encoded(String text) {
        ByteWriter out = new ByteWriter(0);
        Codecs.STRING.encode(text, out);
        return out.toByteArray();
    }

    private static String decoded(byte[] bytes) {
        return Codecs.STRING.decode(new ByteReader(bytes), 1);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(String.format(Locale.ROOT, "\\u%04X", c)));
        return escaped.toString();
    }
}
