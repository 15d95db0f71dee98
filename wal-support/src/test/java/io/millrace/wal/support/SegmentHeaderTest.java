// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wal.support.SegmentHeader.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SegmentHeaderTest {
    private static final SegmentHeader HEADER = new SegmentHeader(
            UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
            0x0000030000000007L,
            0x0000020000000009L,
            4096,
            1_700_000_000_000L,
            42,
            SegmentHeader.RECYCLED);

    @Test
    void aHeaderIsTheseBytesForEver() {
        String bytes = HexFormat.of().formatHex(HEADER.encode().array());
        assertThat(bytes)
                .isEqualTo("4d5253a9" + "4cd6fca6" // magic, checksum
                        + "01010080" + "00000000" // version, flags, length; reserved
                        + "0123456789abcdef0123456789abcdef" // log
                        + "0000030000000007" // segment
                        + "0000020000000009" // previous
                        + "0000000000001000" // previous end
                        + "0000018bcfe56800" // created
                        + "000000000000002a" // writer
                        + "00".repeat(56)); // reserved
    }

    @Test
    void aHeaderIsReadAsItWasWritten() {
        ByteBuffer bytes = HEADER.encode();
        assertThat(SegmentHeader.kindOf(bytes)).isEqualTo(Kind.INTACT);
        assertThat(SegmentHeader.decode(bytes)).isEqualTo(HEADER);
    }

    @Test
    void everyBitMatters() {
        for (int at = 0; at < SegmentHeader.LENGTH; at++) {
            for (int bit = 0; bit < 8; bit++) {
                ByteBuffer bytes = HEADER.encode();
                bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit));
                assertThat(SegmentHeader.kindOf(bytes))
                        .as("byte %d bit %d", at, bit)
                        .isEqualTo(Kind.INVALID);
            }
        }
    }

    @Test
    void aHeaderThatIsCutShortIsNone() {
        ByteBuffer bytes = HEADER.encode();
        for (int length = 0; length < SegmentHeader.LENGTH; length++) {
            assertThat(SegmentHeader.kindOf(bytes.duplicate().limit(length))).isEqualTo(Kind.INVALID);
        }
    }

    @Test
    void aLaterVersionIsToldFromDamage() {
        ByteBuffer bytes =
                ByteBuffer.allocate(SegmentHeader.LENGTH).put(HEADER.encode()).flip();
        bytes.put(8, (byte) 2);
        bytes.putInt(4, TestSegment.crc(Arrays.copyOfRange(bytes.array(), 8, SegmentHeader.LENGTH)));
        assertThat(SegmentHeader.kindOf(bytes)).isEqualTo(Kind.NEWER_VERSION);
    }
}
