// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Something that logs can be kept on, and that is stopped when nobody needs it any more. */
final class LogServer implements AutoCloseable {
    /** The kinds of it. */
    enum Kind {
        /** A directory. */
        FILE,
        /** A namenode and three datanodes on this machine. */
        HDFS,
        /** An S3 server on this machine. */
        S3
    }

    private final LogPlace place;
    private final AutoCloseable server;

    private LogServer(LogPlace place, AutoCloseable server) {
        this.place = place;
        this.server = server;
    }

    static LogServer start(Kind kind, Path directory) {
        return switch (kind) {
            case FILE ->
                new LogServer(new LogPlace(directory.resolve("checkpoint").toUri(), Map.of()), () -> {});
            case HDFS -> {
                HdfsCluster cluster = HdfsCluster.builder().start();
                yield new LogServer(new LogPlace(cluster.uri().resolve("/checkpoint"), Map.of()), cluster);
            }
            case S3 -> {
                S3Server server = S3Server.builder().start();
                server.createBucket("logs");
                Map<String, String> settings = new TreeMap<>(server.settings());
                settings.put("attempt-timeout", "30s"); // a server that is slow, beside all this, is no fault to count
                yield new LogServer(new LogPlace(URI.create("s3://logs/checkpoint"), settings), server);
            }
        };
    }

    LogPlace place() {
        return place;
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
