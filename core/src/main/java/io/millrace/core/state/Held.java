// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;

/** A state with the time, on its operator's clock, at which its key last had a value. */
record Held(Object value, long touched) {
    /** In place of a time: the key ages from when it is first looked at. */
    static final long UNTIMED = -1;

    /** The id of the codec, before that of the program's in brackets. */
    static final String CODEC = "timed";

    /** Writes the time before the state. */
    record HeldCodec(Codec<Object> values) implements Codec<Object> {
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
            Held held = (Held) value;
            out.writeZigZag(held.touched);
            values.encode(held.value, out);
        }

        @Override
        public Object decode(ByteReader in, int version) {
            long touched = in.readZigZag();
            return new Held(values.decode(in, version), touched);
        }
    }
}
