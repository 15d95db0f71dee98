// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The places for the engine's logs that the demo can make by itself, named after the log store's scheme. */
public enum DemoLog {
    /** A directory of the run. */
    FILE("file", false) {
        @Override
        LogPlace make(@Nullable Path jars, RunDirectory directory) {
            return LogPlace.directory(directory.checkpoint());
        }
    },
    /** A directory of an HDFS with three datanodes. */
    HDFS("hdfs", true) {
        @Override
        LogPlace make(@Nullable Path jars, RunDirectory directory) {
            return HdfsPlace.start(Objects.requireNonNull(jars, "jars is null"), directory);
        }
    },
    /** A bucket of an S3Proxy. */
    S3("s3", true) {
        @Override
        LogPlace make(@Nullable Path jars, RunDirectory directory) {
            return S3Place.start(Objects.requireNonNull(jars, "jars is null"), directory);
        }
    };

    private final String scheme;
    private final boolean server;

    DemoLog(String scheme, boolean server) {
        this.scheme = scheme;
        this.server = server;
    }

    /** What a user calls it: the scheme of its locations. */
    public String scheme() {
        return scheme;
    }

    /** Whether servers have to be started, from jars in the installation's folder {@code servers/<scheme>}. */
    public boolean needsServer() {
        return server;
    }

    /** The one of this scheme. */
    public static Optional<DemoLog> of(String scheme) {
        return Arrays.stream(values()).filter(log -> log.scheme.equals(scheme)).findFirst();
    }

    /** All schemes, for messages. */
    public static List<String> schemes() {
        return Arrays.stream(values()).map(DemoLog::scheme).toList();
    }

    /**
     * Makes an empty place for one run, and starts what it needs.
     *
     * @param jars the server's jars; null if it needs none
     * @param directory the run's, in which servers keep their data below {@link RunDirectory#logServer()}
     */
    abstract LogPlace make(@Nullable Path jars, RunDirectory directory);
}
