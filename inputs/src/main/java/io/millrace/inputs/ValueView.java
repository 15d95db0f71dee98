// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import org.jspecify.annotations.Nullable;

/** Shows one value after another; its only header, if it has one, is the name of the file that they are from. */
final class ValueView implements RecordView {
    static final String FILE = "file";

    private final String partition;
    private final @Nullable Slice file;
    private final Slice value = new Slice();
    private long offset;
    private long timestamp;
    private @Nullable String tooLong;

    ValueView(String partition, @Nullable Slice file) {
        this.partition = partition;
        this.file = file;
    }

    ValueView show(long at, long time, byte[] array, int from, int length) {
        offset = at;
        timestamp = time;
        value.set(array, from, length);
        tooLong = null;
        return this;
    }

    /** Shows a record whose value is too long to be shown. */
    ValueView show(long at, String whyNot) {
        offset = at;
        timestamp = -1;
        tooLong = whyNot;
        return this;
    }

    @Override
    public @Nullable Slice key() {
        return null;
    }

    @Override
    public Slice value() {
        String whyNot = tooLong;
        if (whyNot != null) {
            throw new MillraceException(ErrorCode.USER_CODE, whyNot);
        }
        return value;
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
        return file == null ? 0 : 1;
    }

    @Override
    public String headerName(int index) {
        check(index);
        return FILE;
    }

    @Override
    public @Nullable Slice headerValue(int index) {
        check(index);
        return file;
    }

    @Override
    public String toString() {
        return "the record at " + offset + " of " + partition;
    }

    private void check(int index) {
        if (index != 0 || file == null) {
            throw new IndexOutOfBoundsException("header " + index + " of " + headers());
        }
    }
}
