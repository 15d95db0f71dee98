// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramingTest {
    @Test
    void linesEndInALineFeedWithOrWithoutACarriageReturn() throws IOException {
        assertThat(read(Framing.lines(100), "a\r\nb\n\nc\rd\nlast")).containsExactly("a", "b", "", "c\rd", "last");
        assertThat(read(Framing.lines(100), "")).isEmpty();
        assertThat(read(Framing.lines(100), "x".repeat(100) + "\n")).containsExactly("x".repeat(100));
    }

    @Test
    void aRecordThatIsTooLongIsAnError() {
        assertThatThrownBy(() -> read(Framing.lines(100), "x".repeat(101) + "\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a record is longer than 100 bytes");
    }

    @Test
    void anyByteCanEndARecord() throws IOException {
        assertThat(read(Framing.delimitedBy((byte) ';', 100), "a;b\n;;c")).containsExactly("a", "b\n", "", "c");
    }

    @Test
    void aRecordCanFollowItsLength() throws IOException {
        assertThat(read(Framing.lengthPrefixed(100), "\0\0\0\3abc\0\0\0\0\0\0\0\1z"))
                .containsExactly("abc", "", "z");
    }

    @Test
    void aLengthThatCannotBeIsAnError() {
        assertThatThrownBy(() -> read(Framing.lengthPrefixed(100), "\0\0\1\0abc"))
                .hasMessageContaining("a record says that it has 256 bytes, the most is 100");
        assertThatThrownBy(() -> read(Framing.lengthPrefixed(100), "GET /"))
                .hasMessageContaining("the other side speaks another format");
        assertThatThrownBy(() -> read(Framing.lengthPrefixed(100), "\0\0\0\5ab"))
                .hasMessageContaining("the stream ends within a record, after 2 of 5 bytes");
        assertThatThrownBy(() -> read(Framing.lengthPrefixed(100), "\0\0"))
                .hasMessageContaining("the stream ends within the length of a record");
    }

    private static List<String> read(Framing framing, String bytes) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes.getBytes(UTF_8));
        List<String> records = new ArrayList<>();
        for (byte[] record = framing.next(in); record != null; record = framing.next(in)) {
            records.add(new String(record, UTF_8));
        }
        return records;
    }
}
