// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Pair;
import io.millrace.testkit.sink.SinkContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaSinkTest {
    @Test
    void whatTheOffsetSaysIsReadBack() {
        LastBatch none = new LastBatch("me", 3, Optional.empty());
        LastBatch some = new LastBatch("me", 4, Optional.of(Instant.ofEpochMilli(1_700_000_000_200L)));
        assertThat(LastBatch.of(none.offset(), "g")).contains(none);
        assertThat(LastBatch.of(some.offset(), "g")).contains(some);
        assertThat(some.offset().metadata()).isEqualTo("millrace 2 checkpoint=me epoch=4 batch=1700000000200");
        assertThat(LastBatch.of(null, "g")).isEmpty();
    }

    @Test
    void anOffsetOfBeforeThereWereIdentitiesIsRead() {
        OffsetAndMetadata before = new OffsetAndMetadata(1, "millrace 1 epoch=4 batch=1700000000200");
        assertThat(LastBatch.of(before, "g"))
                .contains(new LastBatch("", 4, Optional.of(Instant.ofEpochMilli(1_700_000_000_200L))));
    }

    @Test
    void anOffsetOfSomebodyElseIsRefused() {
        assertThatThrownBy(() -> LastBatch.of(new OffsetAndMetadata(7, "mine"), "g"))
                .hasMessageContainingAll("group 'g'", "'mine'", "'transactional.id'");
    }

    @Test
    void elementsOfSharedTypesBecomeRecords() {
        SharedTypes maker = new SharedTypes();
        byte[] bytes = {1, 2};
        assertThat(maker.record("t", bytes)).isEqualTo(new ProducerRecord<>("t", bytes));
        ProducerRecord<byte[], byte[]> pair = maker.record("t", Pair.of("k", null));
        assertThat(pair.key()).isEqualTo("k".getBytes(StandardCharsets.UTF_8));
        assertThat(pair.value()).isNull();
        assertThatThrownBy(() -> maker.record("t", 7)).hasMessageContainingAll("java.lang.Integer", "map the stream");
    }

    @Test
    void theBuilderNamesProviderTopicAndServers() {
        var target = KafkaSink.topic("counts")
                .bootstrapServers("localhost:9092")
                .set("kafka.compression.type", "lz4")
                .pairs(StringSerializer::new, LongSerializer::new);
        assertThat(target.provider()).isEqualTo("kafka");
        assertThat(target.settings())
                .isEqualTo(Map.of(
                        "topic", "counts", "bootstrap.servers", "localhost:9092", "kafka.compression.type", "lz4"));
    }

    @Test
    void whatTheSinkSetsItselfIsRefused() {
        KafkaSinkProvider provider = new KafkaSinkProvider();
        for (String key : new String[] {"transactional.id", "acks", "key.serializer", "bootstrap.servers"}) {
            Map<String, String> settings = new HashMap<>(Map.of("topic", "t", "bootstrap.servers", "localhost:9092"));
            settings.put("kafka." + key, "x");
            assertThatThrownBy(() -> provider.open(SinkContext.of(provider, "out", settings)))
                    .hasMessageContainingAll("output 'out'", "'kafka." + key + "' is not yours to set");
        }
    }
}
