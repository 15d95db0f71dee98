// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.function.MapFunction;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

class DecodingTest {
    private final RecordView hello = view("web-lines-3", "hello");

    @Test
    void a_value_is_what_the_deserializer_makes_of_it() throws Exception {
        Strings strings = StringDeserializer::new;

        assertThat(Decoding.values(strings).get().apply(hello)).isEqualTo("hello");
    }

    @Test
    void the_deserializer_is_told_the_topic_and_the_headers() throws Exception {
        Strings strings = TopicAndHeaders::new;

        assertThat(Decoding.values(strings).get().apply(hello)).isEqualTo("web-lines a=1 hello");
    }

    @Test
    void each_task_has_a_deserializer_of_its_own() throws Exception {
        Strings strings = Counting::new;
        Source.DecoderSupplier<String> decoders = Decoding.values(strings);
        MapFunction<RecordView, String> first = decoders.get();
        first.apply(hello);

        assertThat(first.apply(hello)).isEqualTo("2");
        assertThat(decoders.get().apply(hello)).isEqualTo("1");
    }

    @Test
    void it_can_be_sent_to_another_machine() throws Exception {
        Strings strings = StringDeserializer::new;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(Decoding.values(strings));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            Source.DecoderSupplier<?> read = (Source.DecoderSupplier<?>) in.readObject();
            assertThat(read.get().apply(hello)).isEqualTo("hello");
        }
    }

    private static RecordView view(String partition, String value) {
        ConsumerRecord<ByteBuffer, ByteBuffer> record =
                new ConsumerRecord<>("web-lines", 3, 7, ByteBuffer.allocate(0), ByteBuffer.wrap(value.getBytes(UTF_8)));
        record.headers().add("a", "1".getBytes(UTF_8));
        return new KafkaRecordView(partition).show(record);
    }

    private interface Strings extends Supplier<Deserializer<String>>, Serializable {}

    private static final class TopicAndHeaders implements Deserializer<String> {
        @Override
        public String deserialize(String topic, byte[] data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String deserialize(String topic, Headers headers, byte[] data) {
            StringBuilder text = new StringBuilder(topic);
            headers.forEach(header ->
                    text.append(' ').append(header.key()).append('=').append(new String(header.value(), UTF_8)));
            return text.append(' ').append(new String(data, UTF_8)).toString();
        }
    }

    private static final class Counting implements Deserializer<String> {
        private int calls;

        @Override
        public String deserialize(String topic, byte[] data) {
            return Integer.toString(++calls);
        }
    }
}
