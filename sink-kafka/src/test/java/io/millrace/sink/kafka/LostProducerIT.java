// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Batch;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.testkit.sink.SinkContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A sink whose transactional id is initialised by a process that does not own the output. */
@ExtendWith(RealKafka.class)
class LostProducerIT {
    private static final int BATCHES = 20;

    /** The engine calls again with a batch if it did not hear that the batch is committed. */
    @Test
    void aBatchThatIsCommittedIsNotWrittenAgain(KafkaServer kafka) throws Exception {
        NumbersTopic topic = new NumbersTopic(kafka);
        List<Integer> written = new ArrayList<>();
        try (Sink.Transactional sink = topic.open("out")) {
            sink.claim(new SinkOwner(SinkContext.PROGRAM, "out", "me", 1), Optional.empty(), Optional.empty());
            for (int i = 1; i <= BATCHES; i++) {
                Batch<Object> batch = SinkContext.batch("out", 1, i, List.of(String.valueOf(i)));
                sink.commit(batch);
                initialise(kafka, topic);
                sink.commit(batch);
                written.add(i);
            }
        }
        assertThat(topic.numbers()).containsExactlyInAnyOrderElementsOf(written);
    }

    private static void initialise(KafkaServer kafka, NumbersTopic topic) {
        Map<String, Object> config =
                new HashMap<>(NumbersTopic.settings(kafka.bootstrapServers(), topic.name(), "out"));
        config.remove("topic");
        try (KafkaProducer<byte[], byte[]> other =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            other.initTransactions();
        }
    }
}
