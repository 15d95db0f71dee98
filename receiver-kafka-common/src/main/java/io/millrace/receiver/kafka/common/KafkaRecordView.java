// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Shows one polled record after another; keys and values are slices of what was fetched, not copies. */
public final class KafkaRecordView implements RecordView {
    private static final ConsumerRecord<ByteBuffer, ByteBuffer> NOTHING =
            new ConsumerRecord<>("", 0, -1, ByteBuffer.allocate(0), ByteBuffer.allocate(0));

    private final String partition;
    private final Slice key = new Slice();
    private final Slice value = new Slice();
    private final Slice headerValue = new Slice();
    private ConsumerRecord<ByteBuffer, ByteBuffer> record = NOTHING;
    private Header @Nullable [] headers;

    /** A view of the records of one partition. */
    public KafkaRecordView(String partition) {
        this.partition = partition;
    }

    /** Moves the view to {@code record}. */
    public KafkaRecordView show(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        this.record = record;
        headers = null;
        return this;
    }

    @Override
    public @Nullable Slice key() {
        return slice(key, record.key());
    }

    @Override
    public @Nullable Slice value() {
        return slice(value, record.value());
    }

    @Override
    public long timestamp() {
        return record.timestamp();
    }

    @Override
    public String partition() {
        return partition;
    }

    @Override
    public long offset() {
        return record.offset();
    }

    @Override
    public int headers() {
        return allHeaders().length;
    }

    @Override
    public String headerName(int index) {
        return allHeaders()[index].key();
    }

    @Override
    public @Nullable Slice headerValue(int index) {
        byte[] bytes = allHeaders()[index].value();
        if (bytes == null) {
            return null;
        }
        headerValue.set(bytes, 0, bytes.length);
        return headerValue;
    }

    private Header[] allHeaders() {
        Header[] all = headers;
        if (all == null) {
            all = record.headers().toArray();
            headers = all;
        }
        return all;
    }

    private static @Nullable Slice slice(Slice slice, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return null;
        }
        int length = bytes.remaining();
        if (bytes.hasArray()) {
            slice.set(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
        } else {
            byte[] copy = new byte[length];
            bytes.get(bytes.position(), copy);
            slice.set(copy, 0, length);
        }
        return slice;
    }
}
