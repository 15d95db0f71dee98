// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksIT {
    @TempDir
    private Path directory;

    @Test
    void comparesEveryBareLoopOnAFewWords() throws IOException {
        int exitCode = Benchmarks.commandLine()
                .execute(
                        "compare",
                        "words",
                        "--records=20001",
                        "--pairs=1",
                        "--warm-up=0",
                        "--systems=poll-1,bare-2,bare-bytes-1,bare-slices-2",
                        "--heap=-Xmx256m",
                        "--output=" + directory);

        assertThat(exitCode).isZero();
        assertThat(Files.readString(directory.resolve("words.md")))
                .contains("20,001 records", "| poll-1 ", "| bare-2 ", "| bare-bytes-1 ", "| bare-slices-2 ");
        assertThat(directory.resolve("words.json")).isNotEmptyFile();
    }

    @Test
    void measuresALittleState() {
        int exitCode = Benchmarks.commandLine()
                .execute(
                        "state",
                        "--keys=2000",
                        "--touched=1000",
                        "--spark-keys=0",
                        "--interval-ms=50",
                        "--measured=3",
                        "--rounds=1",
                        "--heap=-Xmx256m",
                        "--output=" + directory);

        assertThat(exitCode).isZero();
    }

    @Test
    void measuresALittleWindow() {
        int exitCode = Benchmarks.commandLine()
                .execute(
                        "window",
                        "--lengths=5",
                        "--records=1000",
                        "--spark-length=0",
                        "--interval-ms=50",
                        "--measured=3",
                        "--rounds=1",
                        "--heap=-Xmx256m",
                        "--output=" + directory);

        assertThat(exitCode).isZero();
    }

    @Test
    void drawsALittleGrowth() {
        int exitCode = Benchmarks.commandLine()
                .execute(
                        "growth",
                        "--axes=cores",
                        "--records=64000",
                        "--rounds=1",
                        "--heap=-Xmx256m",
                        "--output=" + directory,
                        "--charts=" + directory);

        assertThat(exitCode).isZero();
        assertThat(directory.resolve("growth-cores.png")).isNotEmptyFile();
    }

    @Test
    void measuresALittleEncryptedLogBesideAPlainOne() {
        int exitCode = Benchmarks.commandLine()
                .execute(
                        "local-log", "--encrypted", "--mib=4", "--warm-up=4", "--rounds=1", "--directory=" + directory);

        assertThat(exitCode).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void measuresALittleLog() {
        int exitCode = Benchmarks.commandLine()
                .execute("local-log", "--mib=4", "--warm-up=4", "--rounds=1", "--directory=" + directory);

        assertThat(exitCode).isZero();
        assertThat(directory).isEmptyDirectory();
    }
}
