// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.servers.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Starts a server that speaks the protocol of S3, with a bucket for the engine's logs. */
final class S3Place {
    private static final String BUCKET = "millrace-demo";

    private S3Place() {}

    static LogPlace start(Path jars, RunDirectory directory) {
        S3Server server = S3Server.builder()
                .libs(jars)
                .dataDirectory(directory.logServer())
                .start();
        server.createBucket(BUCKET);
        Map<String, String> settings = new TreeMap<>(server.settings());
        settings.put("linger", "50ms"); // requests are free here, and a demo is watched
        return LogPlace.started(
                URI.create("s3://" + BUCKET + "/logs"),
                settings,
                directory.logSettings(),
                " (S3Proxy started for the demo, pid " + server.pid() + ")",
                server::close);
    }
}
