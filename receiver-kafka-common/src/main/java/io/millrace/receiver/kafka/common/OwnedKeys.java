// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.MillraceException;
import java.util.Map;
import java.util.TreeMap;

/** Kafka's settings that the receivers set themselves, each with the reason that a user is given. */
final class OwnedKeys {
    private static final String COMMITS = "offsets are committed only after the records are durable";
    private static final String BYTES =
            "records are taken as bytes; decode them in the stream, such as with values(...)";
    private static final String ASSIGNED = "partitions are assigned by the program, not by a group";

    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("bootstrap.servers", "set 'bootstrap.servers' without the prefix"),
            Map.entry("group.id", "set 'group.id' without the prefix"),
            Map.entry("enable.auto.commit", COMMITS),
            Map.entry("auto.commit.interval.ms", COMMITS),
            Map.entry("auto.offset.reset", "where reading begins is set by 'start', and a lost position is an error"),
            Map.entry("key.deserializer", BYTES),
            Map.entry("value.deserializer", BYTES),
            Map.entry("allow.auto.create.topics", "a mistyped topic must not come into being by reading it"),
            Map.entry("group.protocol", ASSIGNED),
            Map.entry("group.remote.assignor", ASSIGNED),
            Map.entry("group.instance.id", ASSIGNED),
            Map.entry("partition.assignment.strategy", ASSIGNED));

    private OwnedKeys() {}

    /** @throws MillraceException naming the first key that a user cannot set */
    static void check(String owner, Map<String, String> passThrough) {
        for (String key : new TreeMap<>(passThrough).keySet()) {
            String reason = REASONS.get(key);
            if (reason != null) {
                throw KafkaSettings.refused(
                        owner, "setting '" + KafkaOptions.PASS_THROUGH + key + "' is not yours to set: " + reason);
            }
        }
    }
}
