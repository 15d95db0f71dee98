// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@code server.properties} of a single node that is broker and controller in one. */
final class KafkaSettings {
    /** One cluster for ever: a data directory is never shared between servers, so nothing tells them apart by it. */
    static final String CLUSTER_ID = "bWlsbHJhY2UtdGVzdC1rYQ";

    private KafkaSettings() {}

    /** Returns the file's text; {@code extra} settings win over the built-in ones. */
    static String text(Path data, int port, int controllerPort, Map<String, String> extra) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put(
                "listeners",
                String.format(Locale.ROOT, "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d", port, controllerPort));
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", data.toString());
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("auto.create.topics.enable", "false");
        // The defaults ask for three brokers: without these, consumers of a group wait for ever and say nothing.
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After a SIGKILL the node may register again only when its former session has run out.
        settings.put("broker.session.timeout.ms", "2000");
        settings.put("broker.heartbeat.interval.ms", "400");
        // Records of tests carry any timestamp; retention by age would delete old ones.
        settings.put("log.retention.ms", "-1");
        // 128 MiB by default, of a heap that is not much larger.
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.putAll(extra);
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
