// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecordsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final ManualClock clock = new ManualClock(Instant.EPOCH);

    /** A producer that neither writes nor refuses what it was given, until it is closed. */
    private final class Endless extends MockProducer<byte[], byte[]> {
        private final CountDownLatch closed = new CountDownLatch(1);

        Endless() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // or it could not be closed meanwhile
        public void flush() {
            clock.advance(PATIENCE);
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close(Duration timeout) {
            closed.countDown();
        }
    }

    @Test
    void aProducerThatNeverEndsIsClosed() {
        Records records = new Records(
                "t", (topic, element) -> new ProducerRecord<>(topic, (byte[]) element), PATIENCE, clock, step -> {});
        Endless producer = new Endless();
        assertThatThrownBy(() -> records.send(producer, Records.Elements.of(List.of(new byte[1]))))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("records of topic 't' were neither written nor refused within 150000 ms")
                .hasMessageContaining("kafka.batch.size");
        assertThat(producer.closed.getCount()).isZero();
    }
}
