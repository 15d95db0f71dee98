// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.PlainText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes from records, keys and names of files cannot pass for something else in a log or on a terminal. */
class PlainTextTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "x\u001b[2Jgone, x\\u001b[2Jgone",
                "x\u009b31mred, x\\u009b31mred",
                "a\u0007\u0008\u007f, a\\u0007\\u0008\\u007f",
                "\"over\rwritten\", over written",
                "\"one\r\ntwo\nthree\tfour\", one two three four",
                "one\u0085two\u2028three, one two three",
                "gpj.\u202eexe, gpj.\\u202eexe",
                "größe 漢字 😀 \u00a0, größe 漢字 😀 \u00a0",
            })
    void isOneLineThatDoesNothing(String text, String plain) {
        assertThat(PlainText.of(text)).isEqualTo(plain);
    }

    @Test
    void allCharactersThatAreNoneOfTheseStay() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String text = "" + (char) c;
            String plain = PlainText.of(text);
            if (Character.isISOControl(c) || (Character.getType(c) == Character.FORMAT && isDirection(c))) {
                assertThat(plain).as("%04x", c).isNotEqualTo(text).matches(" |\\\\u[0-9a-f]{4}");
            } else if (c != '\u2028' && c != '\u2029') {
                assertThat(plain).isSameAs(text);
            }
        }
    }

    private static boolean isDirection(int c) {
        return switch (c) {
            case 0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069 -> true;
            default -> false;
        };
    }

    @Test
    void soIsTheMessageOfAnError() {
        MillraceException error =
                new MillraceException(ErrorCode.USER_CODE, "file 'a\n12:00 INFO all is well\u001b[1A' is damaged");
        assertThat(error).hasMessage("file 'a 12:00 INFO all is well\\u001b[1A' is damaged");
        assertThat(error.toString()).doesNotContain("\n", "\u001b");
    }

    @Test
    void soIsWhatIsSaidOfAnExceptionOfTheProgram() {
        RuntimeException hostile = new IllegalStateException("no\u001b]0;title\u0007\nERROR forged");
        assertThat(Failures.text(hostile))
                .isEqualTo("java.lang.IllegalStateException: no\\u001b]0;title\\u0007 ERROR forged");
        assertThat(Failures.message(hostile)).isEqualTo("no\\u001b]0;title\\u0007 ERROR forged");
        Throwable printed = Failures.printable(new RuntimeException("outer", hostile));
        for (Throwable next = printed; next != null; next = next.getCause()) {
            assertThat(next.toString()).doesNotContain("\u001b", "\u0007");
        }
    }

    @Test
    void aMessageOfSeveralLinesStaysSoInAStackTrace() {
        RuntimeException usual = new IllegalStateException("expected:\n\t1\nbut was:\n\t2");
        assertThat(Failures.printable(usual)).isSameAs(usual);
        assertThat(Failures.text(usual)).endsWith("expected:  1 but was:  2");
    }
}
