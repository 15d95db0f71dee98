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
        Path jars = home.resolve("servers").resolve("kafka").resolve("lib");
        if (!Files.isDirectory(jars)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the jars of the demo's Kafka broker are not in " + jars
                            + ": unpack the distribution again, or use a broker of your own with --bootstrap-servers");
        }
        return jars;
    }
}
