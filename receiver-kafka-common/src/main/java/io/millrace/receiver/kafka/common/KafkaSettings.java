// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The common settings, checked against each other. Names no Kafka class.
 *
 * @param owner what the settings belong to, for messages
 * @param instance the program's id and the stream's name, for client ids
 * @param program the program's id, which its commits bear
 * @param bootstrapServers {@code host:port} pairs
 * @param topics the topics by name; empty if they are given by {@code pattern}
 * @param pattern the topics by pattern
 * @param groupId the group that progress is published under
 * @param start where reading begins
 * @param startPositions where it begins for single partitions
 * @param discoveryInterval how often partitions are looked for
 * @param passThrough Kafka's own settings
 */
public record KafkaSettings(
        String owner,
        String instance,
        String program,
        List<String> bootstrapServers,
        List<String> topics,
        Optional<Pattern> pattern,
        String groupId,
        StartAt start,
        Map<String, Long> startPositions,
        Duration discoveryInterval,
        Map<String, String> passThrough) {
    private static final Pattern HOST_AND_PORT = Pattern.compile("(.+):(\\d{1,5})");

    public KafkaSettings {
        bootstrapServers = List.copyOf(bootstrapServers);
        topics = List.copyOf(topics);
        startPositions = Map.copyOf(startPositions);
        passThrough = Map.copyOf(passThrough);
    }

    /**
     * Takes the common settings of a receiver.
     *
     * @throws MillraceException of code {@link ErrorCode#USER_CONFIG} if they contradict each other
     */
    public static KafkaSettings of(PluginContext context) {
        Settings settings = context.settings();
        String instance = context.program() + "." + context.name();
        List<String> topics = settings.find(KafkaOptions.TOPICS).orElse(List.of());
        Optional<Pattern> pattern = settings.find(KafkaOptions.TOPICS_PATTERN);
        if (topics.isEmpty() == pattern.isEmpty()) {
            throw refused(
                    settings.owner(),
                    topics.isEmpty()
                            ? "nothing says what to read; set 'topics' (lines,orders) or 'topics.pattern' (web-.*)"
                            : "both 'topics' and 'topics.pattern' are set; keep one of them");
        }
        List<String> servers = settings.get(KafkaOptions.BOOTSTRAP_SERVERS);
        checkServers(settings.owner(), servers);
        Map<String, String> passThrough = settings.below(KafkaOptions.PASS_THROUGH);
        OwnedKeys.check(settings.owner(), passThrough);
        return new KafkaSettings(
                settings.owner(),
                instance,
                context.program(),
                servers,
                topics,
                pattern,
                settings.find(KafkaOptions.GROUP_ID).orElse(instance),
                settings.get(KafkaOptions.START),
                settings.find(KafkaOptions.START_POSITIONS).orElse(Map.of()),
                settings.get(KafkaOptions.DISCOVERY_INTERVAL),
                passThrough);
    }

    /**
     * The settings of a sink, which writes one topic.
     *
     * @throws MillraceException of code {@link ErrorCode#USER_CONFIG} if a server is no host and port
     */
    public static KafkaSettings ofTopic(
            String owner,
            String instance,
            List<String> servers,
            String topic,
            String groupId,
            Map<String, String> passThrough) {
        checkServers(owner, servers);
        return new KafkaSettings(
                owner,
                instance,
                "",
                servers,
                List.of(topic),
                Optional.empty(),
                groupId,
                StartAt.parse("latest"),
                Map.of(),
                Duration.ZERO,
                passThrough);
    }

    private static void checkServers(String owner, List<String> servers) {
        for (String server : servers) {
            if (!HOST_AND_PORT.matcher(server).matches()) {
                throw refused(
                        owner,
                        "setting 'bootstrap.servers' names '" + server + "', which is no host:port;"
                                + " write it such as localhost:9092");
            }
        }
    }

    /** The servers as Kafka and people write them. */
    public String servers() {
        return String.join(",", bootstrapServers);
    }

    /** An error of the user's that these settings show. */
    public MillraceException refused(String problem) {
        return refused(owner, problem);
    }

    static MillraceException refused(String owner, String problem) {
        return new MillraceException(ErrorCode.USER_CONFIG, owner + ": " + problem);
    }

    /** Without the values of Kafka's own settings, among which are passwords. */
    @Override
    public String toString() {
        return owner + " on " + servers() + " with " + new TreeSet<>(passThrough.keySet());
    }
}
