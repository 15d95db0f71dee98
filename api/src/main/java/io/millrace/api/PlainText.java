// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import static java.util.Objects.requireNonNull;

/**
 * Text from outside, such as an element, a key, a record, or the name of a file, made fit for a line of a log or of a
 * terminal. What it holds can then neither begin a line that looks like one of the program's, nor move the cursor, nor
 * give the terminal commands, nor show its letters in another order. The message of a {@link MillraceException} is made fit by its constructor.
 *
 * <p>All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class PlainText {
    private PlainText() {}

    /**
     * The text in one line: line breaks and tabs become spaces; other control characters (C0, DEL, C1), and those that
     * change the direction of writing, become a backslash, {@code u}, and four hexadecimal digits, as in Java and JSON. All
     * other text stays as it is; the same object comes back if nothing changes.
     */
    public static String of(String text) {
        int length = requireNonNull(text, "text is null").length();
        for (int i = 0; i < length; i++) {
            if (isUnfit(text.charAt(i))) {
                return escaped(text, i);
            }
        }
        return text;
    }

    private static String escaped(String text, int first) {
        StringBuilder plain = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                continue;
            }
            if (isSpace(c)) {
                plain.append(' ');
            } else if (isUnfit(c)) {
                plain.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    plain.append(Character.forDigit((c >> shift) & 15, 16));
                }
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static boolean isSpace(char c) {
        return c == '\n' || c == '\r' || c == '\t' || c == '\u0085' || c == '\u2028' || c == '\u2029';
    }

    private static boolean isUnfit(char c) {
        return Character.isISOControl(c)
                || (c >= '\u2028' && c <= '\u202e') // line and paragraph separators, embeddings and overrides
                || (c >= '\u2066' && c <= '\u2069') // isolates
                || c == '\u200e'
                || c == '\u200f'
                || c == '\u061c';
    }
}
