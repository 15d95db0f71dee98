// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.Source;
import io.millrace.spi.receiver.ReceiverProvider;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

class KafkaReliableTest {
    @Test
    void a_source_is_settings_and_a_decoder() {
        Source<String> source = KafkaReliable.topics("lines", "orders")
                .bootstrapServers("localhost:9092")
                .groupId("watchers")
                .startAt(Instant.EPOCH)
                .set("kafka.fetch.min.bytes", "7")
                .values(StringDeserializer::new);

        assertThat(source.provider()).isEqualTo("kafka-reliable");
        assertThat(source.stream()).isNull();
        assertThat(source.settings())
                .isEqualTo(Map.of(
                        "topics", "lines,orders",
                        "bootstrap.servers", "localhost:9092",
                        "group.id", "watchers",
                        "start", "1970-01-01T00:00:00Z",
                        "kafka.fetch.min.bytes", "7"));
        assertThat(new KafkaReliableProvider().config().parse("source", source.settings()))
                .isNotNull();
    }

    @Test
    void starts_and_patterns() {
        assertThat(KafkaReliable.topicsMatching("web-.*")
                        .startEarliest()
                        .records(record -> record)
                        .settings())
                .isEqualTo(Map.of("topics.pattern", "web-.*", "start", "earliest"));
        assertThat(KafkaReliable.topics("lines")
                        .startLatest()
                        .records(record -> record)
                        .settings())
                .containsEntry("start", "latest");
    }

    @Test
    void class_path_and_module_path_find_the_same_provider() throws Exception {
        try (InputStream services = resource("/META-INF/services/" + ReceiverProvider.class.getName());
                InputStream module = resource("/module-info.class")) {
            String named = new String(services.readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(ModuleDescriptor.read(module).provides())
                    .singleElement()
                    .satisfies(provides -> assertThat(provides.providers()).isEqualTo(List.of(named)));
            assertThat(named).isEqualTo(KafkaReliableProvider.class.getName());
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(KafkaReliableProvider.class.getResourceAsStream(name), name);
    }
}
