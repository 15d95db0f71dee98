// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PROGRAM =
            ROOT.resolve("examples/word-count/src/main/java/io/millrace/examples/WordCount.java");

    @Test
    void theProgramInTheReadmeIsTheOneThatIsCompiled() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        List<String> shown = stripped(readme.substring(begin, readme.indexOf("```", begin)));

        assertThat(shown).hasSizeGreaterThan(8);
        assertThat(stripped(Files.readString(PROGRAM))).containsSequence(shown);
    }

    @Test
    void everyFileThatTheReadmeLinksToExists() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        List<String> links = java.util.regex.Pattern.compile("]\\(([^)#]+)\\)")
                .matcher(readme)
                .results()
                .map(link -> link.group(1))
                .toList();

        assertThat(links)
                .hasSizeGreaterThan(5)
                .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }

    private static List<String> stripped(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
