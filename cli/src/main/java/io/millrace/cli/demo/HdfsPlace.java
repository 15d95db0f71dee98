// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.servers.HdfsCluster;
import java.nio.file.Path;
import java.util.Map;

/** Starts an HDFS, with a directory for the engine's logs. */
final class HdfsPlace {
    private static final String DIRECTORY = "/millrace-demo";

    private HdfsPlace() {}

    static LogPlace start(Path jars, RunDirectory directory) {
        HdfsCluster cluster =
                HdfsCluster.builder().libs(jars).parent(directory.logServer()).start();
        return LogPlace.started(
                cluster.uri().resolve(DIRECTORY),
                Map.of(),
                directory.logSettings(),
                " (HDFS with " + cluster.datanodes().size() + " datanodes started for the demo, namenode pid "
                        + cluster.namenode().pid() + ")",
                cluster::close);
    }
}
