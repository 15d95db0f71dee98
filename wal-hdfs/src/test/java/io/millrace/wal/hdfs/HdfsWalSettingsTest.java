// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalStoreProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsWalSettingsTest {
    private static final String MIN_REPLICATION = "dfs.client.block.write.replace-datanode-on-failure.min-replication";

    @TempDir
    private Path directory;

    @Test
    void theDefaultsSurviveTheLossOfOneOfThreeDatanodes() {
        HdfsWalSettings settings = HdfsWalSettings.of(parse(Map.of()));
        assertThat(settings.sync()).isEqualTo(SyncMode.HSYNC);
        assertThat(settings.replication()).isEqualTo(3);
        assertThat(settings.minReplicas()).isEqualTo(2);

        Configuration hadoop = HdfsConnection.configuration(parse(Map.of()));
        assertThat(hadoop.get(MIN_REPLICATION)).isEqualTo("2");
        assertThat(hadoop.get("dfs.client.block.write.replace-datanode-on-failure.best-effort"))
                .isEqualTo("false");
    }

    @Test
    void hadoopsOwnSettingsWinOverTheClustersFilesAndThoseOverOurs() throws IOException {
        Files.writeString(directory.resolve("core-site.xml"), "<configuration/>");
        Files.writeString(
                directory.resolve("hdfs-site.xml"),
                "<configuration><property><name>dfs.client.socket-timeout</name><value>1</value></property>"
                        + "<property><name>dfs.nameservices</name><value>ns</value></property></configuration>");
        Configuration hadoop = HdfsConnection.configuration(
                parse(Map.of("conf.directory", directory.toString(), "hadoop.dfs.nameservices", "mine")));

        assertThat(hadoop.get("dfs.client.socket-timeout")).isEqualTo("1");
        assertThat(hadoop.get("dfs.nameservices")).isEqualTo("mine");
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertThatThrownBy(() -> HdfsWalSettings.of(parse(Map.of("replication", "1"))))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("min-replicas (2) is more than replication (1)");
        assertThatThrownBy(() -> HdfsConnection.configuration(parse(Map.of("conf.directory", directory.toString()))))
                .hasMessageContaining("core-site.xml");
        assertThatThrownBy(() -> new TestStores(Map.of()).open(URI.create("hdfs://nn:8020/")))
                .hasMessageContaining("names no directory of its own");
        assertThatThrownBy(() -> new TestStores(Map.of()).open(URI.create("file:///tmp/x")))
                .hasMessageContaining("is no HDFS");
        assertThatThrownBy(() -> new TestStores(Map.of("kerberos.principal", "a@B")).open(URI.create("hdfs://nn/x")))
                .hasMessageContaining("kerberos.keytab");
    }

    @Test
    void theProviderIsFound() {
        assertThat(ServiceLoader.load(WalStoreProvider.class, HdfsWal.class.getClassLoader()).stream()
                        .map(found -> found.get().name()))
                .containsExactly("hdfs");
    }

    private static Settings parse(Map<String, String> given) {
        return HdfsWalSettings.SPEC.parse("log store 'hdfs'", given);
    }
}
