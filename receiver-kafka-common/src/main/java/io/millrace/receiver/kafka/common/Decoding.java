// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.api.source.Source;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Decodes values by one of Kafka's deserializers, which belongs to one task. */
public final class Decoding<T> {
    private final Deserializer<T> deserializer;
    private String partition = "";
    private String topic = "";

    private Decoding(Deserializer<T> deserializer) {
        this.deserializer = deserializer;
    }

    /** A decoder for each task, with a deserializer of its own. */
    public static <T, S extends Supplier<? extends Deserializer<T>> & Serializable> Source.DecoderSupplier<T> values(
            S deserializers) {
        return () -> new Decoding<>(deserializers.get())::decode;
    }

    private T decode(RecordView view) {
        if (!view.partition().equals(partition)) {
            partition = view.partition();
            topic = partition.substring(0, partition.lastIndexOf('-'));
        }
        return deserializer.deserialize(topic, headers(view), value(view));
    }

    private static @Nullable ByteBuffer value(RecordView view) {
        Slice value = view.value();
        return value == null ? null : ByteBuffer.wrap(value.array(), value.offset(), value.length());
    }

    private static Headers headers(RecordView view) {
        Headers headers = new RecordHeaders();
        for (int i = 0; i < view.headers(); i++) {
            Slice value = view.headerValue(i);
            headers.add(view.headerName(i), value == null ? null : value.toByteArray());
        }
        return headers;
    }
}
