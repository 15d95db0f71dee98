// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a group's offset says of an output: the epoch that owns it and its newest batch. Kafka commits an offset in the
 * transaction that holds the records; the offset's metadata is text of ours, and the number is the batch's time for people
 * who look at it.
 *
 * @param epoch the owner's epoch; 0 if nobody has claimed it
 * @param time the newest batch
 */
record LastBatch(long epoch, Optional<Instant> time) {
    private static final Pattern FORMAT = Pattern.compile("millrace 1 epoch=(\\d{1,18}) batch=(none|-?\\d{1,18})");

    static LastBatch of(@Nullable OffsetAndMetadata committed, String group) {
        if (committed == null) {
            return new LastBatch(0, Optional.empty());
        }
        Matcher format = FORMAT.matcher(committed.metadata());
        if (!format.matches()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the group '" + group + "' has an offset that says '" + committed.metadata()
                            + "', which no sink of this version wrote: give the output another 'transactional.id'");
        }
        String time = format.group(2);
        return new LastBatch(
                Long.parseLong(format.group(1)),
                time.equals("none") ? Optional.empty() : Optional.of(Instant.ofEpochMilli(Long.parseLong(time))));
    }

    OffsetAndMetadata offset() {
        long millis = time.map(Instant::toEpochMilli).orElse(0L);
        String batch = time.map(known -> String.valueOf(known.toEpochMilli())).orElse("none");
        return new OffsetAndMetadata(Math.max(0, millis), "millrace 1 epoch=" + epoch + " batch=" + batch);
    }
}
