// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that speak another protocol than the listener, which Kafka's own errors do not say. */
@ExtendWith(RealKafka.class)
class WrongProtocolIT {
    private static MillraceException said(KafkaServer kafka, String protocol) {
        KafkaSettings settings = KafkaSettings.ofTopic(
                "input 'lines'",
                "program.lines",
                List.of(kafka.bootstrapServers()),
                "lines",
                "group",
                Map.of("security.protocol", protocol));
        return new KafkaErrors(settings).translate("looking for topics", new TimeoutException("time is up"));
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", "test-password"));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void aListenerThatSpeaksTlsIsNamed(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("broker.p12");
        Path certificate = directory.resolve("broker.crt");
        keytool(store, "-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname", "CN=localhost");
        keytool(store, "-exportcert", "-alias", "broker", "-file", certificate.toString());
        keytool(store, "-importcert", "-noprompt", "-alias", "trusted", "-file", certificate.toString());
        try (KafkaServer kafka = KafkaServer.builder()
                .dataDirectory(directory.resolve("kafka"))
                .setting("listener.security.protocol.map", "PLAINTEXT:SSL,CONTROLLER:PLAINTEXT")
                .setting("ssl.keystore.type", "PKCS12")
                .setting("ssl.keystore.location", store.toString())
                .setting("ssl.keystore.password", "test-password")
                .setting("ssl.truststore.type", "PKCS12")
                .setting("ssl.truststore.location", store.toString())
                .setting("ssl.truststore.password", "test-password")
                .setting("ssl.endpoint.identification.algorithm", "")
                .start()) {
            MillraceException said = said(kafka, "PLAINTEXT");
            assertThat(said)
                    .hasMessageContaining("the listener at '" + kafka.bootstrapServers()
                            + "' speaks TLS, and 'kafka.security.protocol' is PLAINTEXT; set it to SSL or SASL_SSL");
            assertThat(said.code()).isEqualTo(ErrorCode.USER_CONFIG);
            assertThat(said(kafka, "SSL")).hasMessageContaining("takes connections");
        }
    }

    @Test
    void aListenerThatDoesNotIsNamed(KafkaServer kafka) {
        MillraceException said = said(kafka, "SASL_SSL");
        assertThat(said)
                .hasMessageContaining(
                        "does not speak TLS, and 'kafka.security.protocol' is SASL_SSL; set it to PLAINTEXT or SASL_PLAINTEXT");
        assertThat(said.code()).isEqualTo(ErrorCode.USER_CONFIG);
        assertThat(said(kafka, "PLAINTEXT")).hasMessageContaining("takes connections");
    }
}
