// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.util.ArrayList;
import java.util.List;

/** Texts in columns. */
final class Text {
    private Text() {}

    /** Breaks a text into lines of at most {@code width} characters, between words where it can; never into none. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.lines().toList()) {
            String rest = paragraph.stripTrailing();
            while (rest.length() > width) {
                int blank = rest.lastIndexOf(' ', width);
                int end = blank > width / 3 ? blank : width;
                lines.add(rest.substring(0, end).stripTrailing());
                rest = rest.substring(end).stripLeading();
            }
            lines.add(rest);
        }
        return lines.isEmpty() ? List.of("") : lines;
    }
}
