// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HdfsClusterIT {
    @Test
    void comesUpLosesANodeAndLeavesNothing() throws IOException {
        Path directory;
        try (HdfsCluster hdfs = HdfsCluster.builder().start()) {
            directory = hdfs.namenode().log().getParent().getParent();
            assertThat(hdfs.uri()).hasScheme("hdfs").hasPort(hdfs.port());
            assertThat(hdfs.datanodes()).hasSize(3).allMatch(HdfsNode::isAlive);

            hdfs.datanodes().get(1).kill();
            assertThat(hdfs.datanodes().get(1).isAlive()).isFalse();
            hdfs.awaitDatanodes(2);
            hdfs.datanodes().get(1).restart();
            hdfs.awaitDatanodes(3);

            hdfs.namenode().kill();
            hdfs.namenode().restart();
            hdfs.awaitDatanodes(3);
        }
        assertThat(directory).doesNotExist();
    }
}
