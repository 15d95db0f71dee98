// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked somewhere else, is a distribution that runs. */
class ArchiveIT {
    private static final Path ARCHIVE = Path.of("target", "millrace.tar.gz").toAbsolutePath();

    @TempDir
    private Path work;

    @Test
    void runsWhereItWasUnpackedAndThroughALink() throws Exception {
        Process tar = new ProcessBuilder("tar", "xzf", ARCHIVE.toString(), "--strip-components=1")
                .directory(Files.createDirectory(work.resolve("a place")).toFile())
                .inheritIO()
                .start();
        assertThat(tar.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(tar.exitValue()).isZero();
        assertThat(work.resolve("a place"))
                .isDirectoryContaining("glob:**/LICENSE")
                .isDirectoryContaining("glob:**/README.md");

        Path link = Files.createSymbolicLink(
                work.resolve("millrace"), work.resolve("a place").resolve("bin").resolve("millrace"));
        try (MillraceCommand list = MillraceCommand.start(link, work, "plugins", "list")) {
            assertThat(list.exitCode()).as(list.err()).isZero();
            assertThat(list.err()).isEmpty();
            assertThat(list.out())
                    .contains(
                            "kafka-reliable",
                            "kafka-direct",
                            "hdfs",
                            "s3",
                            work.resolve("a place").resolve("plugins").toString());
        }
    }
}
