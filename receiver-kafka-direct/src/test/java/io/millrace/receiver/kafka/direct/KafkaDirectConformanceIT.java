// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.testing.TestTopic;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.testkit.receiver.DirectSourceConformance;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/** The source against the kit, on a real broker: two partitions, to which numbers go in turn. */
@ExtendWith(RealKafka.class)
class KafkaDirectConformanceIT extends DirectSourceConformance {
    private static final int PARTITIONS = 2;

    private final TestTopic topic;

    KafkaDirectConformanceIT(KafkaServer kafka) {
        topic = TestTopic.create(kafka, PARTITIONS);
    }

    @Override
    protected DirectSourceProvider provider() {
        return new KafkaDirectProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return topic.settings("group.id", topic.name(), "metadata.refresh", "10ms", "fetch.timeout", "20s");
    }

    @Override
    protected void produce(int from, int until) {
        topic.sendNumbers(from, until, PARTITIONS);
    }

    @Override
    protected boolean forgets() {
        return true;
    }

    @Override
    protected void forget() {
        topic.deleteBefore(0, topic.end(0));
        topic.deleteBefore(1, topic.end(1));
    }

    @Override
    protected OffsetRange missing(OffsetRange last) {
        Position from = new Position(last.until().number() + 1_000, last.until().detail());
        Position until =
                new Position(last.until().number() + 1_010, last.until().detail());
        return new OffsetRange(last.partition(), from, until, 10);
    }
}
