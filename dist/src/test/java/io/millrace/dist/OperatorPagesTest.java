// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The programs on the pages about operators are those of the examples, which are compiled and run. */
class OperatorPagesTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGES = ROOT.resolve("docs/operators");
    private static final Path PROGRAMS =
            ROOT.resolve("examples/operators/src/main/java/io/millrace/examples/operators");
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static String stripped(String text) {
        return String.join(
                "\n",
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
    }

    @Test
    void everyPageShowsProgramsThatAreCompiled() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path source : files(PROGRAMS)) {
            sources.add(stripped(Files.readString(source)));
        }
        for (Path page : files(PAGES)) {
            List<String> shown = PROGRAM.matcher(Files.readString(page))
                    .results()
                    .map(program -> stripped(program.group(1)))
                    .toList();
            assertThat(shown)
                    .as(page.toString())
                    .isNotEmpty()
                    .allSatisfy(program -> assertThat(sources).anyMatch(source -> source.contains(program)));
        }
    }

    @Test
    void everyFileThatThePagesLinkToExists() throws IOException {
        List<Path> pages = new ArrayList<>(files(PAGES));
        pages.add(ROOT.resolve("docs/operators.md"));
        pages.add(ROOT.resolve("docs/from-spark.md"));
        pages.add(ROOT.resolve("docs/scenarios.md"));
        for (Path page : pages) {
            assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
                    .as(page.toString())
                    .allSatisfy(link -> assertThat(page.resolveSibling(link)).exists());
        }
    }
}
