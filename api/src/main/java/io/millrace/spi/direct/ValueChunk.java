// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.direct;

import static java.util.Objects.requireNonNull;

import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that are values and nothing else: no keys, no headers, no timestamps, offsets one after another. For sources
 * that have no more to say.
 *
 * @since 0.1
 */
public final class ValueChunk implements RangeReader.Chunk {
    private final String partition;
    private final long firstOffset;
    private final List<byte[]> values;

    /** A chunk over {@code values}, which are not copied. */
    public ValueChunk(String partition, long firstOffset, List<byte[]> values) {
        this.partition = requireNonNull(partition, "partition is null");
        this.firstOffset = firstOffset;
        this.values = requireNonNull(values, "values is null");
    }

    @Override
    public long forEach(RecordConsumer<RecordView> consumer) throws Exception {
        View view = new View(partition);
        view.offset = firstOffset;
        for (byte[] value : values) {
            view.value.set(value, 0, value.length);
            consumer.accept(view);
            view.offset++;
        }
        return values.size();
    }

    private static final class View implements RecordView {
        private final String partition;
        private final Slice value = new Slice();
        private long offset;

        View(String partition) {
            this.partition = partition;
        }

        @Override
        public @Nullable Slice key() {
            return null;
        }

        @Override
        public Slice value() {
            return value;
        }

        @Override
        public long timestamp() {
            return -1;
        }

        @Override
        public String partition() {
            return partition;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public int headers() {
            return 0;
        }

        @Override
        public String headerName(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public @Nullable Slice headerValue(int index) {
            throw new IndexOutOfBoundsException(index);
        }
    }
}
