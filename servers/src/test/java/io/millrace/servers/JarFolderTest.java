// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarFolderTest {
    @TempDir
    private Path directory;

    @Test
    void isKnownByTheServersOwnJar() throws IOException {
        Files.createFile(directory.resolve("hadoop-hdfs-client-3.5.0.jar"));

        assertThat(JarFolder.HDFS.checked(directory)).isEqualTo(directory.toAbsolutePath());
    }

    @Test
    void saysHowItIsFilled() {
        assertThatThrownBy(() -> JarFolder.HDFS.checked(directory))
                .isInstanceOf(MillraceException.class)
                .hasMessageContainingAll(directory.toString(), "mvn package -pl servers/hdfs");
        assertThatThrownBy(() -> JarFolder.HDFS.checked(directory.resolve("absent")))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("cannot read the folder");
    }

    @Test
    void acceptsAFolderThatHoldsABroker() throws IOException {
        Files.createFile(directory.resolve("kafka_2.13-4.3.1.jar"));

        assertThat(JarFolder.KAFKA.checked(directory)).isEqualTo(directory);
    }

    @Test
    void refusesAFolderWithoutABroker() {
        assertThatThrownBy(() -> JarFolder.KAFKA.checked(directory))
                .isInstanceOf(MillraceException.class)
                .hasMessage("no kafka_2.13 jar in %s: fill it with 'mvn package -pl servers/kafka'", directory);
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> JarFolder.KAFKA.checked(missing))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(missing.toString());
    }
}
