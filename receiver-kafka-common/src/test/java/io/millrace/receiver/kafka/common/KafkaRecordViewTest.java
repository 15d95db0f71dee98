// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.Slice;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KafkaRecordViewTest {
    private final KafkaRecordView view = new KafkaRecordView("lines-0");
    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void R74_key_and_value_are_slices_of_what_was_fetched() {
        byte[] fetched = "..key.value..".getBytes(UTF_8);
        ByteBuffer buffer = ByteBuffer.wrap(fetched);
        view.show(record(7, buffer.slice(2, 3), buffer.slice(6, 5)));

        Slice value = requireNonNull(view.value());
        assertThat(value.array()).isSameAs(fetched);
        assertThat(value.offset()).isEqualTo(6);
        assertThat(view.valueUtf8()).isEqualTo("value");
        assertThat(requireNonNull(view.key()).utf8()).isEqualTo("key");
        assertThat(view.offset()).isEqualTo(7);
        assertThat(view.timestamp()).isEqualTo(1234);
        assertThat(view.partition()).isEqualTo("lines-0");
    }

    @Test
    void bytes_outside_the_heap_are_copied() {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(8).put(2, "value".getBytes(UTF_8)).position(2);
        view.show(record(7, null, direct.limit(7)));

        assertThat(view.valueUtf8()).isEqualTo("value");
        assertThat(direct.position()).isEqualTo(2);
    }

    @Test
    void nothing_is_null() {
        view.show(record(7, null, null));

        assertThat(view.key()).isNull();
        assertThat(view.value()).isNull();
        assertThat(view.headers()).isZero();
    }

    @Test
    void headers_belong_to_the_record_that_is_shown() {
        headers.add("a", "1".getBytes(UTF_8)).add("none", null);
        ConsumerRecord<ByteBuffer, ByteBuffer> with = record(7, null, null);
        view.show(with);

        assertThat(view.headers()).isEqualTo(2);
        assertThat(view.headerName(0)).isEqualTo("a");
        assertThat(requireNonNull(view.headerValue(0)).utf8()).isEqualTo("1");
        assertThat(view.headerName(1)).isEqualTo("none");
        assertThat(view.headerValue(1)).isNull();

        view.show(new ConsumerRecord<>("lines", 0, 8, ByteBuffer.allocate(0), ByteBuffer.allocate(0)));
        assertThat(view.headers()).isZero();
    }

    @SuppressWarnings("NullAway") // Kafka's records have null keys and values
    private ConsumerRecord<ByteBuffer, ByteBuffer> record(
            long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        return new ConsumerRecord<>(
                "lines", 0, offset, 1234, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }
}
