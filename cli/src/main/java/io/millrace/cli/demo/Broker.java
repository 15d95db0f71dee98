// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.servers.KafkaServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** The Kafka broker of a demo: one that was started for it, or the user's own. */
final class Broker implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

    private final String bootstrapServers;
    private final @Nullable KafkaServer server;

    private Broker(String bootstrapServers, @Nullable KafkaServer server) {
        this.bootstrapServers = bootstrapServers;
        this.server = server;
    }

    /** Starts a broker on loopback that keeps its data and its log in {@code directory}. */
    static Broker start(Path kafkaJars, Path directory) {
        KafkaServer server =
                KafkaServer.builder().libs(kafkaJars).dataDirectory(directory).start();
        return new Broker(server.bootstrapServers(), server);
    }

    /** Uses the broker that runs at {@code bootstrapServers}. */
    static Broker at(String bootstrapServers) {
        return new Broker(bootstrapServers, null);
    }

    /** Where it is. */
    String bootstrapServers() {
        return bootstrapServers;
    }

    /** What a person would want to know of it. */
    String describe() {
        return server == null
                ? bootstrapServers + " (yours)"
                : bootstrapServers + " (started for the demo, pid " + server.pid() + ")";
    }

    /**
     * Makes a topic.
     *
     * @throws MillraceException if the broker does not answer or refuses
     */
    void createTopic(String topic, int partitions) {
        NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
        administer(
                "create topic '" + topic + "'",
                admin -> admin.createTopics(List.of(wanted)).all());
    }

    /** Removes a topic that was made for the demo from the user's broker. */
    void deleteTopic(String topic) {
        if (server == null) {
            administer(
                    "delete topic '" + topic + "'",
                    admin -> admin.deleteTopics(List.of(topic)).all());
        }
    }

    /** Ends a broker that was started for the demo. Its data is of no use afterwards. */
    @Override
    public void close() {
        if (server != null) {
            server.kill();
        }
    }

    private void administer(String what, AdminCall call) {
        int timeoutMillis = (int) ANSWER_TIMEOUT.toMillis();
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "millrace-demo-admin",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                timeoutMillis / 2,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                timeoutMillis);
        try (Admin admin = Admin.create(settings)) {
            call.on(admin).get(2L * timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failed(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw failed(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(what, e);
        }
    }

    private MillraceException failed(String what, Throwable cause) {
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException || cause instanceof TimeoutException) {
            return new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "the Kafka broker at '" + bootstrapServers + "' did not answer within " + ANSWER_TIMEOUT.toSeconds()
                            + " s: check that it runs and that --bootstrap-servers names it",
                    cause);
        }
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        boolean address = root instanceof org.apache.kafka.common.config.ConfigException;
        return new MillraceException(
                address ? ErrorCode.USER_CONFIG : ErrorCode.EXTERNAL_SYSTEM,
                address
                        ? "'" + bootstrapServers + "' is no address of a Kafka broker (" + root.getMessage()
                                + "): give --bootstrap-servers host:port[,host:port]"
                        : "the Kafka broker at '" + bootstrapServers + "' did not " + what + ": " + root.getMessage(),
                cause);
    }

    /** One question to the broker. */
    private interface AdminCall {
        KafkaFuture<Void> on(Admin admin);
    }
}
