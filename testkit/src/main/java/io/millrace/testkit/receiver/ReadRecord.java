// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All there is to a record that a range gave, its bytes as text of one character each; and the kit's number of it. */
record ReadRecord(
        String partition,
        long offset,
        long timestamp,
        @Nullable String key,
        @Nullable String value,
        List<String> headers,
        long number) {
    static ReadRecord of(RecordView view, long number) {
        List<String> headers = new ArrayList<>();
        for (int i = 0; i < view.headers(); i++) {
            headers.add(view.headerName(i) + "=" + text(view.headerValue(i)));
        }
        return new ReadRecord(
                view.partition(),
                view.offset(),
                view.timestamp(),
                text(view.key()),
                text(view.value()),
                headers,
                number);
    }

    private static @Nullable String text(@Nullable Slice bytes) {
        return bytes == null ? null : new String(bytes.toByteArray(), ISO_8859_1);
    }
}
