// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import static java.util.Objects.requireNonNull;

import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An element that a committed batch did without, because a function of the program threw on it. {@link DeadLetterFile}
 * reads and writes them.
 *
 * @param programId the program
 * @param epoch the start of the program that ran the batch
 * @param batchTime the batch
 * @param outputs the outputs that miss the element, in order of declaration
 * @param operator the name of the operator whose function threw
 * @param declaredAt where in the program the operator was declared, such as {@code WordCount.java:31}
 * @param record the input's record from which the element was made; empty if the operator comes after an exchange, where
 *     records are no longer told apart, or after one that holds elements back until other records are read
 * @param element what the element's {@code toString()} gave, cut to {@value #ELEMENT_CHARACTERS} characters; empty if
 *     the element is the record itself
 * @param error the class of what was thrown
 * @param message its message; may be empty
 * @param attempt how often the task had failed before, for another reason
 * @since 0.1
 */
public record DeadLetter(
        String programId,
        long epoch,
        Instant batchTime,
        List<String> outputs,
        String operator,
        String declaredAt,
        Optional<SourceRecord> record,
        String element,
        String error,
        String message,
        int attempt) {
    /** How much of an element's text is kept. */
    public static final int ELEMENT_CHARACTERS = 10_000;

    public DeadLetter {
        outputs = List.copyOf(outputs);
        requireNonNull(record, "record is null");
    }

    /**
     * A record as it came from its source. Owns its bytes; equal to another with the same content.
     *
     * @param stream the input's name
     * @param partition the source partition
     * @param offset the record's offset there; −1 if the source has no numeric positions
     * @param timestamp the source's timestamp in epoch milliseconds; negative if it has none
     * @param key the key; null if the record has none
     * @param value the value; null if the record has none
     * @param headerList names and values of the headers, in order
     */
    public record SourceRecord(
            String stream,
            String partition,
            long offset,
            long timestamp,
            @Nullable Slice key,
            @Nullable Slice value,
            List<Header> headerList)
            implements RecordView {
        public SourceRecord {
            requireNonNull(partition, "partition is null");
            headerList = List.copyOf(headerList);
        }

        /** A copy of what a view shows now. */
        public static SourceRecord of(String stream, RecordView view) {
            List<Header> headers = new ArrayList<>(view.headers());
            for (int i = 0; i < view.headers(); i++) {
                headers.add(new Header(view.headerName(i), copy(view.headerValue(i))));
            }
            return new SourceRecord(
                    stream,
                    view.partition(),
                    view.offset(),
                    view.timestamp(),
                    copy(view.key()),
                    copy(view.value()),
                    headers);
        }

        private static @Nullable Slice copy(@Nullable Slice shown) {
            return shown == null ? null : new Slice(shown.toByteArray());
        }

        @Override
        public int headers() {
            return headerList.size();
        }

        @Override
        public String headerName(int index) {
            return headerList.get(index).name();
        }

        @Override
        public @Nullable Slice headerValue(int index) {
            return headerList.get(index).value();
        }
    }

    /**
     * A header of a record.
     *
     * @param value null if it has none
     */
    public record Header(String name, @Nullable Slice value) {}
}
