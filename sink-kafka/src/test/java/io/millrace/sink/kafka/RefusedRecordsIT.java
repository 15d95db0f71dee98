// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.testkit.sink.SinkContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that a real broker, or the producer, refuses, among others that it takes. */
@ExtendWith(RealKafka.class)
@Timeout(120)
class RefusedRecordsIT {
    private static final SinkOwner ME = new SinkOwner(SinkContext.PROGRAM, "out", "me", 1);
    /** What the topic takes at most; the producer's limit is 1 MiB. */
    private static final int TOPIC_BYTES = 20_000;

    private final KafkaServer kafka;
    private final NumbersTopic topic;
    private final List<Object> refused = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private boolean settled;

    RefusedRecordsIT(KafkaServer kafka) {
        this.kafka = kafka;
        topic = new NumbersTopic(kafka, Map.of("max.message.bytes", String.valueOf(TOPIC_BYTES)));
    }

    private final Refusals noted = new Refusals() {
        @Override
        public void refuse(@Nullable Object element, Throwable why) {
            refused.add(element);
            reasons.add(String.valueOf(why.getMessage()));
            settled = false;
        }

        @Override
        public void settle() {
            settled = true;
        }
    };

    /** A number's record is as long as the element says, and is read as the number: blanks follow. */
    private record Sized(int number, int bytes) {}

    private static ProducerRecord<byte[], byte[]> record(String topic, Sized element) {
        if (element.bytes < 0) {
            throw new IllegalArgumentException("no record has " + element.bytes + " bytes");
        }
        String value = String.valueOf(element.number);
        return new ProducerRecord<>(
                topic,
                element.number % 2,
                null,
                (value + " ".repeat(Math.max(0, element.bytes - value.length()))).getBytes(StandardCharsets.UTF_8));
    }

    private Sink.Transactional open() throws Exception {
        return open(Map.of());
    }

    private Sink.Transactional open(Map<String, String> more) throws Exception {
        KafkaSinkProvider provider = new KafkaSinkProvider((RecordMaker<Sized>) RefusedRecordsIT::record, step -> {});
        Map<String, String> settings =
                new HashMap<>(NumbersTopic.settings(kafka.bootstrapServers(), topic.name(), "out"));
        settings.putAll(more);
        Sink.Transactional sink = (Sink.Transactional) provider.open(SinkContext.of(provider, "out", settings));
        Optional<SinkClaim> found = sink.look(ME.programId(), ME.output());
        assertThat(sink.claim(ME, found, found.flatMap(SinkClaim::lastBatch))).isTrue();
        return sink;
    }

    private static Batch<Object> batch(int number, Map<Integer, Integer> odd) {
        List<Object> elements = new ArrayList<>();
        IntStream.range(0, 40).forEach(i -> elements.add(new Sized(i, odd.getOrDefault(i, 10))));
        return SinkContext.batch("out", 1, number, elements.subList(0, 15), elements.subList(15, 40));
    }

    @ParameterizedTest
    @ValueSource(ints = {TOPIC_BYTES + 1_000, 2 << 20, -1})
    void areFoundAmongThoseThatAreTaken(int bytes) throws Exception {
        try (Sink.Transactional sink = open()) {
            sink.commit(batch(1, Map.of(3, bytes, 16, bytes, 39, bytes)), noted);
            assertThat(sink.look(ME.programId(), ME.output()).flatMap(SinkClaim::lastBatch))
                    .isPresent();
            sink.commit(batch(2, Map.of()), noted);
        }
        assertThat(refused).extracting(element -> ((Sized) element).number).containsExactly(3, 16, 39);
        assertThat(reasons).allSatisfy(reason -> assertThat(reason).containsAnyOf("larger", "no record has"));
        assertThat(settled).isTrue();
        assertThat(topic.numbers())
                .hasSize(77)
                .filteredOn(List.of(3, 16, 39)::contains)
                .hasSize(3);
    }

    /** The producer is told that it may send what the topic does not take. */
    @Test
    void theBrokerRefusesThem() throws Exception {
        try (Sink.Transactional sink = open(Map.of("kafka.max.request.size", "1000000"))) {
            sink.commit(batch(1, Map.of(3, TOPIC_BYTES + 1_000, 16, TOPIC_BYTES * 4)), noted);
        }
        assertThat(refused).extracting(element -> ((Sized) element).number).containsExactly(3, 16);
        assertThat(reasons).allSatisfy(reason -> assertThat(reason).contains("larger than the max message size"));
        assertThat(topic.numbers()).hasSize(38);
    }

    @Test
    void aBatchOfNothingElseLeavesItsTime() throws Exception {
        Batch<Object> all = SinkContext.batch("out", 1, 1, List.of(new Sized(1, TOPIC_BYTES * 2)));
        try (Sink.Transactional sink = open()) {
            sink.commit(all, noted);
            assertThat(sink.look(ME.programId(), ME.output()).flatMap(SinkClaim::lastBatch))
                    .contains(all.id().batchTime());
        }
        assertThat(refused).hasSize(1);
        assertThat(settled).isTrue();
        assertThat(topic.numbers()).isEmpty();
    }

    @Test
    void whoDoesWithoutNothingGetsTheBatchBackWhole() throws Exception {
        IllegalStateException stop = new IllegalStateException("stop");
        Refusals strict = new Refusals() {
            @Override
            public void refuse(@Nullable Object element, Throwable why) {
                throw stop;
            }

            @Override
            public void settle() {}
        };
        Batch<Object> batch = batch(1, Map.of(7, TOPIC_BYTES * 2));
        try (Sink.Transactional sink = open()) {
            assertThatThrownBy(() -> sink.commit(batch, strict)).isSameAs(stop);
            assertThat(topic.numbers()).isEmpty();
            assertThat(sink.look(ME.programId(), ME.output()).flatMap(SinkClaim::lastBatch))
                    .isEmpty();
        }
        try (Sink.Transactional sink = open()) {
            sink.commit(batch, noted);
        }
        assertThat(topic.numbers()).hasSize(39).doesNotContain(7);
    }
}
