// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.RecordView;
import io.millrace.receiver.kafka.common.KafkaRecordView;
import io.millrace.spi.direct.RangeReader;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Polled records, {@code [begin, end)} of a list, shown as they lie in what was fetched. */
final class PolledChunk implements RangeReader.Chunk {
    private final KafkaRecordView view;
    private final List<ConsumerRecord<ByteBuffer, ByteBuffer>> records;
    private final int begin;
    private final int end;

    PolledChunk(String partition, List<ConsumerRecord<ByteBuffer, ByteBuffer>> records, int begin, int end) {
        view = new KafkaRecordView(partition);
        this.records = records;
        this.begin = begin;
        this.end = end;
    }

    @Override
    public long forEach(RecordConsumer<RecordView> consumer) throws Exception {
        for (int i = begin; i < end; i++) {
            consumer.accept(view.show(records.get(i)));
        }
        return (long) end - begin;
    }
}
