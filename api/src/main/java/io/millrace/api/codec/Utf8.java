// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 for every string that Java can hold. One half of a surrogate pair without the other is no text, and UTF-8 has no
 * bytes for it; here it takes the three bytes that its number would have, as in WTF-8. A strict decoder refuses them, so
 * that no other string has the same bytes.
 */
final class Utf8 {
    private static final byte LEAD = (byte) 0xED;

    private Utf8() {}

    /** The bytes of a string, of which Java made {@code utf8}, with a {@code '?'} for each lone half. */
    static byte[] exact(String text, byte[] utf8) {
        return wellFormed(text) ? utf8 : encodeHalves(text);
    }

    /**
     * Whether all of a string is as in {@code utf8}, made of it by Java, and {@code low}, the lower bytes of its chars. One
     * byte each means that each is ASCII, or a lone half, which is {@code '?'} in the one and its own lower byte in the
     * other. Only eight halves have that of a {@code '?'}; in a string of bytes no look for them takes a step.
     */
    static boolean ascii(String text, byte[] utf8, byte[] low, int lowAt) {
        return Arrays.equals(utf8, 0, utf8.length, low, lowAt, lowAt + utf8.length)
                && text.indexOf('\uD83F') < 0
                && text.indexOf('\uD93F') < 0
                && text.indexOf('\uDA3F') < 0
                && text.indexOf('\uDB3F') < 0
                && text.indexOf('\uDC3F') < 0
                && text.indexOf('\uDD3F') < 0
                && text.indexOf('\uDE3F') < 0
                && text.indexOf('\uDF3F') < 0;
    }

    private static boolean wellFormed(String text) {
        for (int i = 0, length = text.length(); i < length; i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c) && !pairAt(text, i++)) {
                return false;
            }
        }
        return true;
    }

    private static boolean pairAt(String text, int at) {
        return at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }

    private static byte[] encodeHalves(String text) {
        ByteWriter out = new ByteWriter(text.length() + 16);
        int from = 0;
        for (int i = 0, length = text.length(); i < length; i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (pairAt(text, i)) {
                i++;
                continue;
            }
            byte[] before = text.substring(from, i).getBytes(StandardCharsets.UTF_8);
            out.writeRaw(before, 0, before.length);
            out.writeByte(LEAD);
            out.writeByte(0x80 | (c >> 6 & 0x3F));
            out.writeByte(0x80 | (c & 0x3F));
            from = i + 1;
        }
        byte[] rest = text.substring(from).getBytes(StandardCharsets.UTF_8);
        out.writeRaw(rest, 0, rest.length);
        return out.toByteArray();
    }

    /** The string of a range of bytes; what is neither UTF-8 nor a lone half is replaced, as Java does. */
    static String decode(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : decodeHalves(bytes, offset, length);
    }

    private static String decodeHalves(byte[] bytes, int offset, int length) {
        StringBuilder text = new StringBuilder(length);
        int from = offset;
        for (int i = offset; i < offset + length - 2; i++) {
            if (bytes[i] == LEAD && (bytes[i + 1] & 0xE0) == 0xA0 && (bytes[i + 2] & 0xC0) == 0x80) {
                text.append(new String(bytes, from, i - from, StandardCharsets.UTF_8))
                        .append((char) (0xD000 | (bytes[i + 1] & 0x3F) << 6 | (bytes[i + 2] & 0x3F)));
                i += 2;
                from = i + 1;
            }
        }
        return text.append(new String(bytes, from, offset + length - from, StandardCharsets.UTF_8))
                .toString();
    }
}
