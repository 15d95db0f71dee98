// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealKafka.class)
class KafkaDirectIT {
    private final KafkaDirectProvider provider = new KafkaDirectProvider();

    @Test
    void every_range_gives_exactly_its_records_however_often_it_is_read(KafkaServer kafka) throws Exception {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.sendNumbers(0, 100, 1);
        try (DirectSource source = open(topic.settings());
                RangeReader reader = source.reader()) {
            Map<String, Position> start = source.start(Map.of());
            List<OffsetRange> first = source.plan(start, 40);
            assertThat(first)
                    .singleElement()
                    .satisfies(range -> assertThat(range.records()).isEqualTo(40));
            topic.sendNumbers(100, 110, 1);
            for (int run = 0; run < 2; run++) {
                assertThat(Reading.values(reader, first.get(0)))
                        .hasSize(40)
                        .startsWith("0", "1")
                        .endsWith("39");
            }
            List<OffsetRange> second =
                    source.plan(Map.of(topic.partition(0), first.get(0).until()), 40);
            assertThat(Reading.values(reader, second.get(0))).startsWith("40").endsWith("79");
        }
    }

    private DirectSource open(Map<String, String> settings) {
        return provider.open(TestPluginContext.of(provider, "lines", settings));
    }
}
