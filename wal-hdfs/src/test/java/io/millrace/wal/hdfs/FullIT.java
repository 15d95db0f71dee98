// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.junit.RealHdfs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.TestFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a user is told when HDFS has no room, and how often. */
@ExtendWith(RealHdfs.class)
@Timeout(300)
class FullIT {
    private final HdfsCluster hdfs;
    private final URI place;

    FullIT(HdfsCluster hdfs) {
        this.hdfs = hdfs;
        this.place = TestStores.place(hdfs.uri());
    }

    /** The stream of a file that found no room is closed with the very exception that its sync threw. */
    @Test
    void aStartWithoutRoomSaysThatThereIsNone() throws IOException {
        limitSpace(1);
        try (HdfsWalStore store = TestStores.store(place)) {
            assertThatThrownBy(() -> store.claim("ledger", Load.ME))
                    .isInstanceOfSatisfying(
                            WalException.class,
                            full -> assertThat(full.reason()).isEqualTo(Reason.FULL))
                    .hasMessageContainingAll(place.getPath(), "quota");
        }
    }

    @Test
    void aStartOnFullDisksSaysThatTheyAreFull() {
        try (HdfsCluster full = HdfsCluster.builder()
                        .datanodes(1)
                        .setting("dfs.datanode.du.reserved", Long.toString(1L << 60))
                        .start();
                HdfsWalStore store =
                        TestStores.store(TestStores.place(full.uri()), "replication", "1", "min-replicas", "1")) {
            assertThatThrownBy(() -> store.claim("ledger", Load.ME))
                    .isInstanceOfSatisfying(
                            WalException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.TRANSIENT))
                    .hasMessageContainingAll("no datanode takes a block", "disks are full", "hdfs dfsadmin -report");
        }
    }

    @Test
    void whatWaitsForRoomIsSaidOnceNotWithEveryAttempt() throws IOException {
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (HdfsWalStore store = TestStores.store(place)) {
            WalWriter writer = store.open("data", store.claim("ledger", Load.ME));
            limitSpace(1);
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            for (int attempt = 0; attempt < 10; attempt++) {
                assertThat(refusal(writer).reason()).isEqualTo(Reason.FULL);
            }
        } finally {
            System.setErr(err);
        }
        List<String> lines = said.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSizeLessThanOrEqualTo(3);
    }

    private static WalException refusal(WalWriter writer) {
        CompletableFuture<WalPosition> answer = new CompletableFuture<>();
        writer.append(new TestFrame(writer::durableEnd, ByteBuffer.allocate(1000)), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                answer.complete(at);
            }

            @Override
            public void failed(WalException cause) {
                answer.completeExceptionally(cause);
            }
        });
        try {
            throw new AssertionError("durable at " + answer.join());
        } catch (CompletionException e) {
            return (WalException) e.getCause();
        }
    }

    private void limitSpace(long bytes) throws IOException {
        try (DistributedFileSystem fs =
                (DistributedFileSystem) FileSystem.newInstance(hdfs.uri(), new Configuration())) {
            Path root = new Path(place.getPath());
            fs.mkdirs(root);
            fs.setQuota(root, HdfsConstants.QUOTA_DONT_SET, bytes);
        }
    }
}
