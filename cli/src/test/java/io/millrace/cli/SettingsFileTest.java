// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    @TempDir
    private Path directory;

    private Path file(String permissions, String... lines) throws IOException {
        Path file = Files.write(directory.resolve("store.properties"), List.of(lines));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @Test
    void whatIsSetRulesOverTheFile() throws IOException {
        Path file = file("rw-r--r--", "region = eu-west-1", "endpoint = http://localhost");
        assertThat(SettingsFile.with(file, Map.of("region", "us-east-1")))
                .isEqualTo(Map.of("region", "us-east-1", "endpoint", "http://localhost"));
        assertThat(SettingsFile.with(null, Map.of("a", "b"))).isEqualTo(Map.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--"})
    void aSecretThatOthersCanReadIsRefused(String permissions) throws IOException {
        Path file = file(permissions, "secret-access-key = hunter2");
        assertThatThrownBy(() -> SettingsFile.with(file, Map.of()))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG))
                .hasMessage("the file '" + file + "' holds 'secret-access-key', and other users can read it ("
                        + permissions + "): 'chmod 600' it");
    }

    @Test
    void aSecretOfItsOwnerIsTaken() throws IOException {
        assertThat(SettingsFile.with(file("rw-------", "secret-access-key = hunter2"), Map.of()))
                .containsEntry("secret-access-key", "hunter2");
    }

    @Test
    void oneThatIsNotThereIsNamed() {
        Path missing = directory.resolve("none.properties");
        assertThatThrownBy(() -> SettingsFile.with(missing, Map.of()))
                .hasMessageContaining("the settings in '" + missing + "' are not usable");
    }

    @Test
    void aCommandTakesItAndSaysWhichSettingItDoesNotKnow() throws IOException {
        Path file = file("rw-------", "segmnt.size = 1MiB");
        StringWriter said = new StringWriter();
        int code = Main.run(
                new PrintWriter(said),
                new PrintWriter(said),
                "checkpoint",
                "show",
                directory.toString(),
                "--plugins",
                directory.toString(),
                "--config",
                file.toString());
        assertThat(said.toString()).contains("segmnt.size", "did you mean", "segment.size");
        assertThat(code).isEqualTo(2);
    }
}
