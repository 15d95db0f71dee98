// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the broker's jars are: a folder that the build fills and that is on nobody's class path but the broker's. */
final class KafkaJars {
    /** The system property that names the folder. */
    static final String PROPERTY = "millrace.kafka.libs";

    private static final Path IN_BUILD = Path.of("servers", "kafka", "target", "lib");

    private KafkaJars() {}

    /** Finds the folder by the system property, else in the build that the working directory belongs to. */
    static Path locate() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return checked(Path.of(named));
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            Path candidate = directory.resolve(IN_BUILD);
            if (Files.isDirectory(candidate)) {
                return checked(candidate);
            }
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                "the jars of the Kafka broker are in no %s above %s: build them with 'mvn package -pl servers/kafka', or name their folder with -D%s="
                        .formatted(IN_BUILD, start, PROPERTY));
    }

    /** Returns the folder if it holds a broker. */
    static Path checked(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            if (files.anyMatch(file -> file.getFileName().toString().startsWith("kafka_2.13-"))) {
                return directory.toAbsolutePath();
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "cannot read the folder of the Kafka broker's jars %s: %s".formatted(directory, e),
                    e);
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                "no kafka_2.13 jar in %s: fill it with 'mvn package -pl servers/kafka'".formatted(directory));
    }
}
