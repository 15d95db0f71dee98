// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.spi.plugin.Loopback;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;

/** What is said once of brokers on another machine that are reached without TLS. */
final class PlainConnection {
    private PlainConnection() {}

    /**
     * The warning, without the name of what connects; empty if all is encrypted or on this machine.
     *
     * @param servers {@code host:port}
     * @param config Kafka's own settings
     */
    static Optional<String> warning(List<String> servers, Map<String, String> config) {
        String protocol = config.getOrDefault(
                        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL)
                .toUpperCase(Locale.ROOT);
        if (!protocol.endsWith("PLAINTEXT")) {
            return Optional.empty();
        }
        boolean login = protocol.startsWith("SASL");
        return servers.stream()
                .filter(server -> !Loopback.is(server.substring(0, Math.max(0, server.lastIndexOf(':')))))
                .findFirst()
                .map(server -> "the broker " + server + " is reached without TLS (" + KafkaOptions.PASS_THROUGH
                        + CommonClientConfigs.SECURITY_PROTOCOL_CONFIG + " = " + protocol + "): records "
                        + (login ? "and the login " : "") + "can be read and changed on the way; set it to "
                        + (login ? "SASL_SSL" : "SSL or SASL_SSL") + " unless you trust that network");
    }
}
