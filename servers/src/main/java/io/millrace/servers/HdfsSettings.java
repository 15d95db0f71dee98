// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@code hdfs-site.xml} of the nodes of a cluster that is all on loopback. */
final class HdfsSettings {
    private HdfsSettings() {}

    /** What all nodes share. */
    static Map<String, String> common(int rpcPort, int httpPort, int replication) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("fs.defaultFS", "hdfs://127.0.0.1:" + rpcPort);
        settings.put("dfs.replication", Integer.toString(replication));
        settings.put("dfs.namenode.rpc-address", "127.0.0.1:" + rpcPort);
        settings.put("dfs.namenode.http-address", "127.0.0.1:" + httpPort);
        // Else the namenode waits for half a minute after the last datanode has come.
        settings.put("dfs.namenode.safemode.extension", "0");
        settings.put("dfs.namenode.datanode.registration.ip-hostname-check", "false");
        // Reports and commands travel with heartbeats: with the default of 3 s every recovery of a lease takes as long.
        settings.put("dfs.heartbeat.interval", "1");
        settings.put("dfs.namenode.heartbeat.recheck-interval", "2000");
        // New blocks do not go to a datanode that hangs, and are not read from it, once it has missed three heartbeats.
        settings.put("dfs.namenode.stale.datanode.interval", "3000");
        settings.put("dfs.namenode.avoid.write.stale.datanode", "true");
        settings.put("dfs.namenode.avoid.read.stale.datanode", "true");
        // A namenode begins a recovery anew after 30 heartbeats, 90 s by default; what a datanode waits for when
        // another
        // hangs, 60 s each, must stay well below that, or each recovery is given up for the next.
        settings.put("dfs.client.socket-timeout", "8000");
        settings.put("dfs.datanode.xceiver.stop.timeout.millis", "5000");
        settings.put("dfs.namenode.handler.count", "8");
        settings.put("dfs.datanode.handler.count", "4");
        return settings;
    }

    static Map<String, String> namenode(Path data) {
        return Map.of("dfs.namenode.name.dir", data.toUri().toString());
    }

    static Map<String, String> datanode(Path data, int dataPort, int ipcPort, int httpPort) {
        return Map.of(
                "dfs.datanode.data.dir", data.toUri().toString(),
                "dfs.datanode.hostname", "127.0.0.1",
                "dfs.datanode.address", "127.0.0.1:" + dataPort,
                "dfs.datanode.ipc.address", "127.0.0.1:" + ipcPort,
                "dfs.datanode.http.address", "127.0.0.1:" + httpPort);
    }

    /** What clients and nodes of a cluster with Kerberos share. */
    static Map<String, String> kerberosClient(KerberosKdc kdc) {
        String node = kdc.principal(HdfsCluster.KERBEROS_NODE);
        return Map.of(
                "hadoop.security.authentication",
                "kerberos",
                "dfs.namenode.kerberos.principal",
                node,
                "dfs.datanode.kerberos.principal",
                node,
                "dfs.data.transfer.protection",
                "authentication");
    }

    /** What all nodes of a cluster with Kerberos share. */
    static Map<String, String> kerberos(KerberosKdc kdc) {
        String keytab = kdc.keytab(HdfsCluster.KERBEROS_NODE).toString();
        Map<String, String> settings = new LinkedHashMap<>(kerberosClient(kdc));
        settings.put("hadoop.security.authorization", "true");
        settings.put("dfs.namenode.keytab.file", keytab);
        settings.put("dfs.datanode.keytab.file", keytab);
        settings.put("dfs.web.authentication.kerberos.principal", kdc.principal(HdfsCluster.KERBEROS_NODE));
        settings.put("dfs.web.authentication.kerberos.keytab", keytab);
        settings.put("dfs.block.access.token.enable", "true");
        // What the principals of tests may do is not what is tested, and the ports of nodes are not privileged.
        settings.put("dfs.permissions.enabled", "false");
        settings.put("ignore.secure.ports.for.testing", "true");
        return settings;
    }

    /** The file's text. */
    static String xml(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "  <property><name>" + escaped(setting.getKey()) + "</name><value>"
                        + escaped(setting.getValue()) + "</value></property>\n")
                .collect(Collectors.joining("", "<configuration>\n", "</configuration>\n"));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
