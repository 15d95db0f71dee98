// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conformance kit as the packaged command runs it, on the module path. */
class TckIT {
    @TempDir
    private Path work;

    @ParameterizedTest
    @ValueSource(strings = {"mem", "file"})
    void whatIsBuiltInConforms(String store) throws Exception {
        try (MillraceCommand tck = MillraceCommand.start(
                work,
                "tck",
                "--provider",
                store,
                "--report",
                work.resolve("report").toString())) {
            assertThat(tck.exitCode()).as("%s%s", tck.out(), tck.err()).isZero();
            assertThat(tck.out()).contains("W-03 ", " 0 failed, ", "No required clause failed.");
            assertThat(tck.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        }
        assertThat(work.resolve("report/report.html")).isNotEmptyFile();
    }

    @Test
    void aPluginThatNeedsAPlaceSaysSo() throws Exception {
        Path zip = Packaged.files(Packaged.PLUGINS, ".zip").stream()
                .filter(file -> file.getFileName().toString().startsWith("millrace-wal-s3-"))
                .findFirst()
                .orElseThrow();
        try (MillraceCommand tck = MillraceCommand.start(work, "tck", zip.toString(), "--provider", "s3")) {
            assertThat(tck.exitCode()).isEqualTo(2);
            assertThat(tck.err()).contains("--location s3://");
        }
    }
}
