// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record under the reader's eye. Its slices are moved when they are asked for, not when the record is reached, since
 * few functions look at both key and value; headers are looked at only then.
 */
final class BlockRecord implements RecordView {
    byte[] bytes = {};
    String partition = "";
    long offset;
    long timestamp;
    int keyAt;

    /** −1 if there is none. */
    int keyLength;

    int valueAt;

    /** −1 if there is none. */
    int valueLength;

    int headers;
    int headersAt;
    int end;

    private final Slice key = new Slice();
    private final Slice value = new Slice();
    private @Nullable Headers opened;

    @Override
    public @Nullable Slice key() {
        if (keyLength < 0) {
            return null;
        }
        key.set(bytes, keyAt, keyLength);
        return key;
    }

    @Override
    public @Nullable Slice value() {
        if (valueLength < 0) {
            return null;
        }
        value.set(bytes, valueAt, valueLength);
        return value;
    }

    @Override
    public String valueUtf8() {
        if (valueLength < 0) {
            return RecordView.super.valueUtf8();
        }
        return new String(bytes, valueAt, valueLength, StandardCharsets.UTF_8);
    }

    @Override
    public long timestamp() {
        return timestamp;
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
        return headers;
    }

    @Override
    public String headerName(int index) {
        Slice name = opened().names.get(checked(index));
        return Headers.text(name);
    }

    @Override
    public @Nullable Slice headerValue(int index) {
        Headers all = opened();
        return all.present[checked(index)] ? all.values.get(index) : null;
    }

    private int checked(int index) {
        if (index < 0 || index >= headers) {
            throw new IndexOutOfBoundsException("header " + index + " of a record with " + headers);
        }
        return index;
    }

    private Headers opened() {
        Headers all = opened;
        if (all == null) {
            all = new Headers();
            opened = all;
        }
        if (all.bytes != bytes || all.at != headersAt) {
            all.open(this);
        }
        return all;
    }

    /** Where the headers of one record lie; grown to the most that any record had. */
    private static final class Headers {
        final List<Slice> names = new ArrayList<>();
        final List<Slice> values = new ArrayList<>();
        boolean[] present = {};
        byte @Nullable [] bytes;
        int at;

        void open(BlockRecord record) {
            bytes = null;
            if (present.length < record.headers) {
                present = new boolean[record.headers];
            }
            ByteReader in = new ByteReader(record.bytes, record.headersAt, record.end - record.headersAt);
            for (int i = 0; i < record.headers; i++) {
                if (names.size() == i) {
                    names.add(new Slice());
                    values.add(new Slice());
                }
                nameAndLength(names.get(i), in);
                int mark = in.readVarint32();
                present[i] = mark > 0;
                move(values.get(i), in, Math.max(0, mark - 1));
            }
            if (in.remaining() > 0) {
                throw BlockHeader.corrupt(in.remaining() + " bytes follow the headers of a record");
            }
            bytes = record.bytes;
            at = record.headersAt;
        }

        /** With its length, for it to be read as it was written. */
        private static void nameAndLength(Slice slice, ByteReader in) {
            int begin = in.position();
            in.skip(in.readVarint32());
            slice.set(in.array(), begin, in.position() - begin);
        }

        static String text(Slice nameAndLength) {
            return new ByteReader(nameAndLength.array(), nameAndLength.offset(), nameAndLength.length()).readString();
        }

        private static void move(Slice slice, ByteReader in, int length) {
            int begin = in.position();
            in.skip(length);
            slice.set(in.array(), begin, length);
        }
    }
}
