// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void linesBreakBetweenWordsWhereTheyCan() {
        assertThat(Text.wrap("one two three four", 9)).containsExactly("one two", "three", "four");
        assertThat(Text.wrap("a/very/long/path b", 6)).containsExactly("a/very", "/long/", "path b");
        assertThat(Text.wrap("kept\n  as it was", 40)).containsExactly("kept", "  as it was");
        assertThat(Text.wrap("", 10)).containsExactly("");
    }
}
