// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import java.util.ArrayList;
import java.util.List;

/**
 * What a key has in one event-time window.
 *
 * @param start its beginning, in milliseconds
 * @param end its end, in milliseconds
 * @param seen whether it was emitted
 */
record Span(long start, long end, boolean seen, Object value) {
    boolean touches(long otherStart, long otherEnd) {
        return start < otherEnd && otherStart < end;
    }

    /** The id of the codec, before that of the program's in brackets. */
    static final String CODEC = "spans";

    /** All that a key has. */
    record SpansCodec(Codec<Object> values) implements Codec<Object> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return CODEC + "(" + values.id() + ")";
        }

        @Override
        public int version() {
            return values.version();
        }

        @Override
        public void encode(Object value, ByteWriter out) {
            List<?> spans = (List<?>) value;
            out.writeVarint(spans.size());
            for (Object each : spans) {
                Span span = (Span) each;
                out.writeZigZag(span.start);
                out.writeVarint(span.end - span.start);
                out.writeByte(span.seen ? 1 : 0);
                values.encode(span.value, out);
            }
        }

        @Override
        public Object decode(ByteReader in, int version) {
            int size = in.readVarint32();
            List<Span> spans = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                long start = in.readZigZag();
                long end = start + in.readVarint();
                boolean seen = in.readByte() == 1;
                spans.add(new Span(start, end, seen, values.decode(in, version)));
            }
            return List.copyOf(spans);
        }
    }
}
