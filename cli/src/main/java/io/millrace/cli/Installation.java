// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that the distribution was unpacked to. {@code bin/millrace} names it in the system property
 * {@code millrace.home}.
 */
record Installation(Path home) {
    private static final String PROPERTY = "millrace.home";

    /** The installation that this process was started from. */
    static Installation current() {
        String home = System.getProperty(PROPERTY);
        if (home == null) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "system property " + PROPERTY + " is not set: start millrace by its script bin/millrace");
        }
        return new Installation(Path.of(home));
    }

    /** The drop-in plugins that come with it. */
    Path plugins() {
        return home.resolve("plugins");
    }

    /** The jars of the Kafka broker that the demo starts. */
    Path kafkaJars() {
        return serverJars("kafka", "Kafka broker", "use a broker of your own with --bootstrap-servers");
    }

    /** The jars of the servers that the demo starts to hold logs of this scheme. */
    Path logServerJars(String scheme) {
        return serverJars(scheme, "'" + scheme + "' servers", "use a store of your own with --wal-config");
    }

    private Path serverJars(String folder, String server, String otherwise) {
        Path jars = home.resolve("servers").resolve(folder).resolve("lib");
        if (!Files.isDirectory(jars)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the jars of the demo's " + server + " are not in " + jars + ": unpack the distribution again, or "
                            + otherwise);
        }
        return jars;
    }
}
