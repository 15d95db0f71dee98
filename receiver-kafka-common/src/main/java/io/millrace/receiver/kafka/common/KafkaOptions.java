// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The settings that both Kafka receivers take. Names no Kafka class: it is read before the plugin's loader is set. */
public final class KafkaOptions {
    /** Below it, Kafka's own settings, verbatim. */
    public static final String PASS_THROUGH = "kafka.";

    /** Where the cluster is. */
    public static final ConfigOption<List<String>> BOOTSTRAP_SERVERS = ConfigOption.list(
                    "bootstrap.servers", "brokers to make the first connection to, as host:port")
            .asRequired();

    /** The topics by name. */
    public static final ConfigOption<List<String>> TOPICS = ConfigOption.list("topics", "the topics to read, by name");

    /** The topics by pattern. */
    public static final ConfigOption<Pattern> TOPICS_PATTERN = new ConfigOption<>(
            "topics.pattern",
            "regular expression",
            null,
            false,
            false,
            "the topics to read, those whose whole name matches; topics made later are found too",
            Pattern::compile);

    /** The group that offsets are published under. */
    public static final ConfigOption<String> GROUP_ID = ConfigOption.text(
            "group.id",
            "the consumer group under which progress is published for those who watch; default: <program>.<stream>");

    /** Where reading begins. */
    public static final ConfigOption<StartAt> START = new ConfigOption<>(
            "start",
            "earliest, latest, group or a time (2025-11-22T10:00:00Z)",
            "latest",
            false,
            false,
            "where a partition is read from when the ledger knows nothing of it",
            StartAt::parse);

    /** Where reading begins, by partition. */
    public static final ConfigOption<Map<String, Long>> START_POSITIONS = new ConfigOption<>(
            "start.positions",
            "list of partition:offset (lines-0:42,lines-1:7)",
            null,
            false,
            false,
            "where single partitions are read from when the ledger knows nothing of them, before 'start'",
            StartAt::parsePositions);

    /** How often new partitions and topics are looked for. */
    public static final ConfigOption<Duration> DISCOVERY_INTERVAL = ConfigOption.duration(
                    "discovery.interval",
                    Duration.ofMillis(100),
                    "how often to look for new partitions, for new topics of a pattern, and for topics made anew")
            .withDefault("30s");

    /** What to do about records that are gone. */
    public static final ConfigOption<DataLoss> ON_DATA_LOSS = ConfigOption.oneOf(
                    "on.data.loss",
                    DataLoss.class,
                    "what to do if Kafka no longer has records that are to be read: fail, or report them and go on with"
                            + " the first there are")
            .withDefault("fail");

    private KafkaOptions() {}

    /** The common settings and a receiver's own. */
    public static ConfigSpec with(ConfigOption<?>... own) {
        List<ConfigOption<?>> options = new ArrayList<>(List.of(
                BOOTSTRAP_SERVERS,
                TOPICS,
                TOPICS_PATTERN,
                GROUP_ID,
                START,
                START_POSITIONS,
                DISCOVERY_INTERVAL,
                ON_DATA_LOSS));
        options.addAll(List.of(own));
        return new ConfigSpec(options, List.of(PASS_THROUGH));
    }
}
