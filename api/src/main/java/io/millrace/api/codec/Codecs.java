// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.codec;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import java.util.ArrayList;
import java.util.List;

/**
 * The codecs of common types. Their formats never change.
 *
 * @since 0.1
 */
public final class Codecs {
    /** Strings as length (varint) and UTF-8 bytes, half of a surrogate pair as {@link ByteWriter#writeString} has it. */
    public static final Codec<String> STRING = new Codec<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "string";
        }

        @Override
        public void encode(String value, ByteWriter out) {
            out.writeString(value);
        }

        @Override
        public String decode(ByteReader in, int version) {
            return in.readString();
        }
    };

    /** Longs as zigzag varints: 1 byte for small ones, at most 10. */
    public static final Codec<Long> LONG = new Codec<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "long";
        }

        @Override
        public void encode(Long value, ByteWriter out) {
            out.writeZigZag(value);
        }

        @Override
        public Long decode(ByteReader in, int version) {
            return in.readZigZag();
        }
    };

    /** Integers as zigzag varints: 1 byte for small ones, at most 5. */
    public static final Codec<Integer> INT = new Codec<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "int";
        }

        @Override
        public void encode(Integer value, ByteWriter out) {
            out.writeZigZag(value);
        }

        @Override
        public Integer decode(ByteReader in, int version) {
            return Math.toIntExact(in.readZigZag());
        }
    };

    /** Doubles as their eight IEEE 754 bytes; NaN, which equals every other NaN, always as {@code 0x7ff8000000000000}. */
    public static final Codec<Double> DOUBLE = new Codec<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "double";
        }

        @Override
        public void encode(Double value, ByteWriter out) {
            out.writeLong(Double.doubleToLongBits(value));
        }

        @Override
        public Double decode(ByteReader in, int version) {
            return Double.longBitsToDouble(in.readLong());
        }
    };

    /**
     * Byte arrays as length (varint) and bytes. Arrays have no equality by value, so that none equals what is read back: use
     * them as values, not as keys, nor in keys.
     */
    public static final Codec<byte[]> BYTES = new Codec<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "bytes";
        }

        @Override
        public void encode(byte[] value, ByteWriter out) {
            out.writeBytes(value);
        }

        @Override
        public byte[] decode(ByteReader in, int version) {
            return in.readBytes();
        }
    };

    private Codecs() {}

    /**
     * Pairs as their key and then their value. The version stands for both codecs' versions, so that a newer version of
     * either reads what an older one wrote.
     */
    public static <K, V> Codec<Pair<K, V>> pair(Codec<K> keys, Codec<V> values) {
        return new PairCodec<>(keys, values);
    }

    /** Lists as their size (varint) and then their elements, in the version of the elements' codec. */
    public static <T> Codec<List<T>> list(Codec<T> elements) {
        return new ListCodec<>(elements);
    }

    private record ListCodec<T>(Codec<T> elements) implements Codec<List<T>> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "list(" + elements.id() + ")";
        }

        @Override
        public int version() {
            return elements.version();
        }

        @Override
        public void encode(List<T> value, ByteWriter out) {
            out.writeVarint(value.size());
            value.forEach(element -> elements.encode(element, out));
        }

        @Override
        public List<T> decode(ByteReader in, int version) {
            int size = in.readVarint32();
            List<T> list = new ArrayList<>(Math.min(size, in.remaining()));
            for (int i = 0; i < size; i++) {
                list.add(elements.decode(in, version));
            }
            return list;
        }
    }

    private record PairCodec<K, V>(Codec<K> keys, Codec<V> values) implements Codec<Pair<K, V>> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "pair(" + keys.id() + "," + values.id() + ")";
        }

        /** Both versions in one number, which grows with each: the place on the diagonals of the table of both. */
        @Override
        public int version() {
            int value = values.version() - 1;
            int diagonal = keys.version() - 1 + value;
            return diagonal * (diagonal + 1) / 2 + value + 1;
        }

        @Override
        public void encode(Pair<K, V> value, ByteWriter out) {
            keys.encode(value.key(), out);
            values.encode(value.value(), out);
        }

        @Override
        public Pair<K, V> decode(ByteReader in, int version) {
            if (version == version()) {
                return Pair.of(keys.decode(in, keys.version()), values.decode(in, values.version()));
            }
            int diagonal = (int) ((Math.sqrt(8.0 * (version - 1) + 1) - 1) / 2);
            int value = version - diagonal * (diagonal + 1) / 2;
            int key = diagonal - value + 2;
            return Pair.of(decode(keys, in, key), decode(values, in, value));
        }

        private static <E> E decode(Codec<E> codec, ByteReader in, int version) {
            if (version > codec.version()) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "part of a pair is stored with codec '" + codec.id() + "' version " + version
                                + ", but the program declares version " + codec.version()
                                + ": declare the stored codec, or give the state a new name to start empty");
            }
            return codec.decode(in, version);
        }
    }
}
