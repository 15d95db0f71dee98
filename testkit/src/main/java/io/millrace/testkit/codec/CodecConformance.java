// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Tests of a codec against {@code docs/spec/codec.md}; a codec whose values are keys of states must pass. A subclass says
 * which codec, and with which values.
 *
 * @param <T> the type of the values
 * @since 0.1
 */
public abstract class CodecConformance<T> {
    private static final int AROUND = 3;

    /** For subclasses. */
    protected CodecConformance() {}

    /** The codec; a new one or always the same. */
    protected abstract Codec<T> codec();

    /**
     * Values in groups: those of a group equal one another and were made in every way in which equal values come to be, those
     * of different groups do not. Give the least and the greatest, empty ones, and whatever equality overlooks.
     */
    protected abstract List<List<T>> values();

    private List<T> all() {
        return values().stream().flatMap(List::stream).toList();
    }

    private static <T> byte[] encode(Codec<T> codec, T value) {
        ByteWriter out = new ByteWriter(16);
        codec.encode(value, out);
        return out.toByteArray();
    }

    private static <T> T decode(Codec<T> codec, byte[] bytes) {
        return codec.decode(new ByteReader(bytes), codec.version());
    }

    @Test
    public void required_codec_01_whatIsDecodedEqualsWhatWasEncoded() {
        for (T value : all()) {
            T decoded = decode(codec(), encode(codec(), value));
            assertThat(decoded.equals(value) && value.equals(decoded))
                    .as("CD-01: '%s' was encoded, and '%s' decoded, which must be equal", value, decoded)
                    .isTrue();
            assertThat(decoded.hashCode())
                    .as("CD-01: the hash code of '%s' after it was decoded", value)
                    .isEqualTo(value.hashCode());
        }
    }

    @Test
    public void required_codec_02_exactlyWhatWasWrittenIsRead() {
        for (T value : all()) {
            byte[] bytes = encode(codec(), value);
            ByteWriter out = new ByteWriter(16);
            out.writeRaw(new byte[AROUND], 0, AROUND);
            codec().encode(value, out);
            out.writeInt(-1);
            assertThat(out.size())
                    .as("CD-02: bytes written for '%s' behind others", value)
                    .isEqualTo(AROUND + bytes.length + Integer.BYTES);
            ByteReader in = new ByteReader(out.array(), AROUND, out.size() - AROUND);
            assertThat(codec().decode(in, codec().version()))
                    .as("CD-02: '%s' read from among others", value)
                    .isEqualTo(value);
            assertThat(in.remaining())
                    .as("CD-02: bytes left behind '%s'", value)
                    .isEqualTo(Integer.BYTES);
        }
    }

    @Test
    public void required_codec_03_equalValuesHaveEqualBytes() {
        for (List<T> group : values()) {
            byte[] first = encode(codec(), group.get(0));
            for (T value : group) {
                byte[] bytes = encode(codec(), value);
                assertThat(bytes)
                        .as("CD-03: the bytes of '%s', which equals '%s'", value, group.get(0))
                        .isEqualTo(first);
                assertThat(encode(codec(), decode(codec(), bytes)))
                        .as("CD-03: the bytes of '%s' after it was decoded", value)
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    public void required_codec_04_valuesThatDifferHaveDifferentBytes() {
        List<List<T>> groups = values();
        for (int i = 0; i < groups.size(); i++) {
            for (int j = 0; j < i; j++) {
                T value = groups.get(i).get(0);
                T other = groups.get(j).get(0);
                assertThat(encode(codec(), value))
                        .as("CD-04: the bytes of '%s', which is not '%s'", value, other)
                        .isNotEqualTo(encode(codec(), other));
            }
        }
    }

    @Test
    public void required_codec_05_itHasNoState() throws IOException, ClassNotFoundException {
        List<T> values = all();
        List<byte[]> expected =
                values.stream().map(value -> encode(codec(), value)).toList();
        Codec<T> one = codec();
        List<byte[]> together = IntStream.range(0, 64 * values.size())
                .parallel()
                .mapToObj(i -> encode(one, decode(one, encode(one, values.get(i % values.size())))))
                .toList();
        for (int i = 0; i < together.size(); i++) {
            assertThat(together.get(i))
                    .as("CD-05: the bytes of '%s' on several threads", values.get(i % values.size()))
                    .isEqualTo(encode(one, decode(one, expected.get(i % values.size()))));
        }
        Codec<T> shipped = serialized(one);
        for (int i = 0; i < values.size(); i++) {
            assertThat(encode(shipped, values.get(i)))
                    .as("CD-05: the bytes of '%s' by a codec that was serialized", values.get(i))
                    .isEqualTo(expected.get(i));
        }
        assertThat(shipped.id())
                .as("CD-05: the id of a codec that was serialized")
                .isEqualTo(one.id());
    }

    @SuppressWarnings("unchecked") // what is read is what was written
    private static <T> Codec<T> serialized(Codec<T> codec) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(codec);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (Codec<T>) in.readObject();
        }
    }

    @Test
    public void required_codec_06_itsIdIsAName() {
        String id = codec().id();
        assertThat(id).as("CD-06: the id").isNotBlank().isEqualTo(codec().id());
        assertThat(id)
                .as("CD-06: the id must not be the name of a class")
                .isNotEqualTo(codec().getClass().getName());
        assertThat(codec().version()).as("CD-06: the version").isPositive().isEqualTo(codec().version());
    }
}
