// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of settings of TLS and of grants, by whoever makes Kafka's clients. */
class KeyStoresTest {
    @TempDir
    private Path directory;

    private static KafkaClients clients(String... more) {
        Map<String, String> settings = new HashMap<>(Map.of("bootstrap.servers", "127.0.0.1:1", "topics", "lines"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return new KafkaClients(TestProvider.settings(settings));
    }

    private void assertRefused(String store, String file, String... says) {
        KafkaClients clients = clients(
                "kafka.security.protocol",
                "SSL",
                "kafka.ssl." + store + ".location",
                file,
                "kafka.ssl." + store + ".password",
                "wrong-secret");
        assertThatThrownBy(clients::admin)
                .hasMessageContainingAll(says)
                .hasMessageContaining("'kafka.ssl.'")
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG));
    }

    @Test
    void aStoreThatIsNotThereIsTheUsers() {
        String missing = directory.resolve("none.jks").toString();
        assertRefused("truststore", missing, missing, "NoSuchFileException");
        assertRefused("keystore", missing, missing, "NoSuchFileException");
    }

    @Test
    void aWrongPasswordIsTheUsers() throws Exception {
        Path file = directory.resolve("some.p12");
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        try (OutputStream out = Files.newOutputStream(file)) {
            empty.store(out, "right-secret".toCharArray());
        }
        assertRefused("truststore", file.toString(), file.toString(), "Failed to load SSL keystore");
    }

    @Test
    void aHandshakeThatFailsSaysWhy() {
        SslAuthenticationException failure = new SslAuthenticationException(
                "SSL handshake failed", new SSLHandshakeException("PKIX path building failed"));
        assertThat(clients().errors().translate("describing the topics", failure))
                .hasMessageContainingAll("SSL handshake failed", "PKIX path building failed");
    }

    @Test
    void aDeniedDescribeNamesTheTopics() {
        assertThat(clients().errors().translate("describing the topic 'lines'", new TopicAuthorizationException("no")))
                .hasMessageContainingAll("[lines]", "Describe");
    }
}
