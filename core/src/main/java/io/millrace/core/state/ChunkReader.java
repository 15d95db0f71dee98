// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.core.failure.ElementFailure;
import org.jspecify.annotations.Nullable;

/** Reads the entries of a chunk, one after the other. */
final class ChunkReader {
    private final ByteReader chunk;
    private final ByteReader field;
    private final Codec<Object> keys;
    private final Codec<Object> values;
    private final StateFormat.Header header;

    ChunkReader(ByteReader chunk, String state, Codec<Object> keys, Codec<Object> values) {
        this.chunk = chunk;
        this.field = new ByteReader(chunk.array());
        this.keys = keys;
        this.values = values;
        this.header = StateFormat.readHeader(chunk, state, keys, values);
    }

    /** What the entries belong to. */
    long time() {
        return header.time();
    }

    /** The number that every chunk carries for the state's own use. */
    long mark() {
        return header.mark();
    }

    /** Passes each key, with its value, or with null if it has none any more. */
    void forEach(Entry consumer) {
        while (chunk.remaining() > 0) {
            Object key = decode(keys, next(chunk.readVarint32()), header.keyVersion(), "a key");
            int length = chunk.readVarint32();
            Object value =
                    length == 0 ? null : decode(values, next(length - 1), header.valueVersion(), "the value of a key");
            consumer.accept(key, value);
        }
    }

    private static Object decode(Codec<Object> codec, ByteReader bytes, int version, String what) {
        try {
            return codec.decode(bytes, version);
        } catch (Throwable thrown) {
            throw ElementFailure.of("codec '" + codec.id() + "' threw on " + what, thrown);
        }
    }

    private ByteReader next(int length) {
        field.reset(chunk.array(), chunk.position(), Math.min(length, chunk.remaining()));
        chunk.skip(length);
        return field;
    }

    /** Takes an entry. */
    interface Entry {
        void accept(Object key, @Nullable Object value);
    }
}
