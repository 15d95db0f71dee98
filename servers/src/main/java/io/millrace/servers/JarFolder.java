// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A folder of a server's jars, which the build fills and which is on the class path of the server alone.
 *
 * @param server what the jars run, for messages
 * @param property the system property that names the folder
 * @param module the module of the build that fills it
 * @param marker how the name of the jar begins that tells the folder from any other
 */
record JarFolder(String server, String property, String module, String marker) {
    static final JarFolder KAFKA =
            new JarFolder("the Kafka broker", "millrace.kafka.libs", "servers/kafka", "kafka_2.13-");
    static final JarFolder HDFS =
            new JarFolder("the HDFS cluster", "millrace.hdfs.libs", "servers/hdfs", "hadoop-hdfs-client-");
    static final JarFolder S3 = new JarFolder("S3Proxy", "millrace.s3.libs", "servers/s3", "s3proxy-");

    /** Finds the folder by the system property, else in the build that the working directory belongs to. */
    Path locate() {
        String named = System.getProperty(property);
        if (named != null) {
            return checked(Path.of(named));
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            Path candidate = directory.resolve(module).resolve("target").resolve("lib");
            if (Files.isDirectory(candidate)) {
                return checked(candidate);
            }
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                String.format(
                        Locale.ROOT,
                        "the jars of %s are in no %s/target/lib above %s: build them with 'mvn package -pl %s', or name their folder with -D%s=",
                        server,
                        module,
                        start,
                        module,
                        property));
    }

    /** Returns the folder if it holds the server. */
    Path checked(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            if (files.anyMatch(file -> file.getFileName().toString().startsWith(marker))) {
                return directory.toAbsolutePath();
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    String.format(Locale.ROOT, "cannot read the folder of the jars of %s %s: %s", server, directory, e),
                    e);
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                String.format(
                        Locale.ROOT,
                        "no %s jar in %s: fill it with 'mvn package -pl %s'",
                        marker.replaceFirst("-$", ""),
                        directory,
                        module));
    }
}
