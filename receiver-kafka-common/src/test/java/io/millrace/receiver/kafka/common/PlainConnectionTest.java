// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainConnectionTest {
    @Test
    void toAnotherMachineIsWarnedOf() {
        assertThat(PlainConnection.warning(List.of("localhost:9092", "kafka.example.org:9092"), Map.of()))
                .contains(
                        "the broker kafka.example.org:9092 is reached without TLS (kafka.security.protocol = PLAINTEXT):"
                                + " records can be read and changed on the way; set it to SSL or SASL_SSL unless you trust that"
                                + " network");
        assertThat(PlainConnection.warning(List.of("10.0.0.1:9092"), Map.of("security.protocol", "sasl_plaintext")))
                .hasValueSatisfying(said -> assertThat(said).contains("records and the login can be read"));
    }

    @Test
    void onThisMachineOrWithTlsIsNot() {
        assertThat(PlainConnection.warning(List.of("localhost:9092", "127.0.0.1:1", "[::1]:2"), Map.of()))
                .isEmpty();
        assertThat(PlainConnection.warning(List.of("kafka.example.org:9092"), Map.of("security.protocol", "SSL")))
                .isEmpty();
        assertThat(PlainConnection.warning(List.of("kafka.example.org:9092"), Map.of("security.protocol", "SASL_SSL")))
                .isEmpty();
    }
}
