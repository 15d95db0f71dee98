// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2025, 11, 22, 15, 4, 5);

    @TempDir
    private Path parent;

    @Test
    void everyRunHasANewDirectoryAndLeavesTheOthersAlone() throws IOException {
        RunDirectory first = RunDirectory.create(parent.resolve("demo"), NOW);
        Files.writeString(first.results().resolve("kept"), "");
        RunDirectory second = RunDirectory.create(parent.resolve("demo"), NOW);
        assertThat(first.root()).hasFileName("run-20251122-150405");
        assertThat(second.root()).hasFileName("run-20251122-150405-2");
        assertThat(first.earlier()).isZero();
        assertThat(second.earlier()).isEqualTo(1);
        assertThat(first.results().resolve("kept")).exists();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamedWithTheReason() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");
        for (Path impossible : new Path[] {file, file.resolve("below")}) {
            assertThatThrownBy(() -> RunDirectory.create(impossible, NOW))
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.USER_CONFIG))
                    .hasMessageContainingAll("'" + impossible + "'", "--dir");
        }
    }
}
