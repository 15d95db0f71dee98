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

class KafkaJarsTest {
    @TempDir
    private Path directory;

    @Test
    void acceptsAFolderThatHoldsABroker() throws IOException {
        Files.createFile(directory.resolve("kafka_2.13-4.3.1.jar"));

        assertThat(KafkaJars.checked(directory)).isEqualTo(directory);
    }

    @Test
    void refusesAFolderWithoutABroker() {
        assertThatThrownBy(() -> KafkaJars.checked(directory))
                .isInstanceOf(MillraceException.class)
                .hasMessage("no kafka_2.13 jar in %s: fill it with 'mvn package -pl servers/kafka'", directory);
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> KafkaJars.checked(missing))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(missing.toString());
    }
}
