// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSettingsTest {
    @TempDir
    private Path directory;

    @Test
    void theLocationIsOneOfTheLinesAndTheOthersAreSettings() throws IOException {
        Path file = write("location = s3://bucket/prefix/\nregion: eu-central-1\n# a note\nsse=kms\n");
        assertThat(LogSettings.read(file))
                .isEqualTo(new LogSettings(
                        URI.create("s3://bucket/prefix/"), Map.of("region", "eu-central-1", "sse", "kms")));
    }

    @Test
    void everyRunHasAPlaceOfItsOwnInTheUsersStore() throws IOException {
        Path file = write("location=hdfs://namenode/logs");
        try (LogPlace place = LogPlace.yours(file, "run-1")) {
            assertThat(place.location()).isEqualTo(URI.create("hdfs://namenode/logs/run-1"));
            assertThat(place.settings()).isEqualTo(file);
        }
    }

    @Test
    void whatWasStartedForTheDemoIsReadBackFromItsFile() {
        Path file = directory.resolve("log.properties");
        URI location = URI.create("s3://demo/logs");
        try (LogPlace place = LogPlace.started(location, Map.of("secret", "x=y"), file, "", () -> {})) {
            assertThat(LogSettings.read(file)).isEqualTo(new LogSettings(location, Map.of("secret", "x=y")));
            assertThat(place.settings()).isEqualTo(file);
        }
    }

    @Test
    void aFileThatDoesNotSayWhereIsRefused() throws IOException {
        assertThatThrownBy(() -> LogSettings.read(directory.resolve("absent")))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("absent");
        assertThatThrownBy(() -> LogSettings.read(write("region=x")))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("no line 'location = ");
        assertThatThrownBy(() -> LogSettings.read(write("location=not a uri")))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("'not a uri' is no URI");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("wal.properties"), text);
    }
}
