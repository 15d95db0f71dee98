// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeysTest {
    @TempDir
    private Path directory;

    private Path file(String content, String permissions) throws IOException {
        Path file = directory.resolve("keys");
        Files.writeString(file, content);
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
        return file;
    }

    @Test
    void theLastKeyOfAFileEncrypts() throws IOException {
        String text = "# of 2026\n\n" + TestKeys.line("old", "a") + "\n  " + TestKeys.line("new.2_x-Y", "b") + "  \n";
        MasterKeys keys = MasterKeys.ofFile(file(text, "rw-r-----"));

        assertThat(keys.newest()).isEqualTo("new.2_x-Y");
        assertThat(keys.find("old")).isNotNull();
        assertThat(keys.find("older")).isNull();
        assertThat(keys.toString()).contains("'old', 'new.2_x-Y'").doesNotContain("YQAA");
    }

    @Test
    void keysComeFromAnEnvironmentVariableToo() {
        for (String separator : new String[] {" ", ",", "\n", " ,\n "}) {
            Map<String, String> environment =
                    Map.of("KEYS", TestKeys.line("k1", "a") + separator + TestKeys.line("k2", "b"));
            assertThat(MasterKeys.ofEnvironment("KEYS", environment::get).newest())
                    .isEqualTo("k2");
        }
        assertThatThrownBy(() -> MasterKeys.ofEnvironment("KEYS", name -> null))
                .hasMessageContaining("the environment variable 'KEYS' is not set")
                .hasMessageContaining("encryption.key-env");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-----w-"})
    void aFileThatIsOpenToEverybodyIsRefused(String permissions) throws IOException {
        Path open = file(TestKeys.line("k", "a"), permissions);
        if (Files.getFileStore(open).supportsFileAttributeView("posix")) {
            refused(open)
                    .hasMessageContaining("open to every user (" + permissions + ")")
                    .hasMessageContaining("chmod");
        }
    }

    @Test
    void aFileThatOthersCouldChangeOrReplaceIsRefused() throws IOException {
        Path open = file(TestKeys.line("k", "a"), "rw-rw----");
        if (!Files.getFileStore(open).supportsFileAttributeView("posix")) {
            return;
        }
        refused(open).hasMessageContaining("can be changed by its group");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        refused(open).hasMessageContaining("every user can put another file in its place");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        assertThat(MasterKeys.ofFile(open).newest()).isEqualTo("k");
        if (Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            Files.setAttribute(open, "unix:uid", 4711);
            refused(open).hasMessageContaining("belongs to '4711'");
        }
    }

    @Test
    void whatIsNoKeyIsNamedWithoutShowingIt() throws IOException {
        String secret = "c2VjcmV0c2VjcmV0";
        refused(file("", "rw-------")).hasMessageContaining("holds no key").hasMessageContaining("openssl rand");
        refused(file("# none\n\n", "rw-------")).hasMessageContaining("holds no key");
        refused(file(secret, "rw-------"))
                .hasMessageContaining("entry 1 of the key file '" + directory.resolve("keys") + "' is not id:base64")
                .hasMessageNotContaining(secret);
        refused(file("#\nk 1:" + secret, "rw-------"))
                .hasMessageContaining("entry 2")
                .hasMessageNotContaining(secret);
        refused(file("c2VjcmV0:" + secret, "rw-------")) // whichever half of a damaged line is the secret one
                .hasMessageContaining("the key of entry 1")
                .hasMessageNotContaining("c2VjcmV0")
                .hasMessageContaining("has 12 bytes and must have 32")
                .hasMessageNotContaining(secret);
        refused(file("k:?" + secret, "rw-------"))
                .hasMessageContaining("not in base64")
                .hasMessageNotContaining(secret);
        refused(file(TestKeys.line("k", "a") + "\n" + TestKeys.line("k", "b"), "rw-------"))
                .hasMessageContaining("the key 'k'")
                .hasMessageContaining("given before");
        refused(directory.resolve("none"))
                .hasMessageContaining("is not there")
                .hasMessageContaining("encryption.key-file");
        refused(directory).hasMessageContaining("the key file '" + directory + "'");
        Path binary = file("", "rw-------");
        Files.write(binary, new byte[] {(byte) 0xFF, (byte) 0xFE, (byte) 0x80});
        refused(binary).hasMessageContaining("is no text");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(Path file) {
        return assertThatThrownBy(() -> MasterKeys.ofFile(file))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG));
    }

    @Test
    void settingsAskForOneSourceOfKeys() throws IOException {
        Path file = file(TestKeys.line("k", "a"), "rw-------");
        Map<String, String> settings = new TreeMap<>(Map.of("region", "x"));
        assertThat(EncryptionOptions.takeFrom(settings)).isSameAs(Encryption.NONE);

        settings.put("encryption.key-file", file.toString());
        assertThat(EncryptionOptions.takeFrom(settings).newDataKeys()).isPresent();
        assertThat(settings).containsOnlyKeys("region");

        assertThatThrownBy(() -> EncryptionOptions.takeFrom(
                        new TreeMap<>(Map.of("encryption.key-file", "f", "encryption.key-env", "V"))))
                .hasMessageContaining("both set");
        assertThatThrownBy(() -> EncryptionOptions.takeFrom(new TreeMap<>(Map.of("encryption.accept-plain", "true"))))
                .hasMessageContaining("without a key");
        assertThatThrownBy(() -> EncryptionOptions.takeFrom(new TreeMap<>(Map.of("encryption.keyfile", "f"))))
                .hasMessageContaining("encryption.key-file");
    }
}
