// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a group's offset says of an output: the checkpoint and the epoch that own it, and its newest batch. Kafka commits an
 * offset in the transaction that holds the records; the offset's metadata is text of ours, and the number is the batch's
 * time for people who look at it.
 *
 * @param identity the owner's checkpoint; empty if it claimed the output before there were identities
 * @param epoch the owner's epoch
 * @param time the newest batch
 */
record LastBatch(String identity, long epoch, Optional<Instant> time) {
    private static final Pattern FORMAT =
            Pattern.compile("millrace (?:1|2 checkpoint=(\\S{1,50})) epoch=(\\d{1,18}) batch=(none|-?\\d{1,18})");

    /** Reads an offset; empty if there is none. */
    static Optional<LastBatch> of(@Nullable OffsetAndMetadata committed, String group) {
        if (committed == null) {
            return Optional.empty();
        }
        Matcher format = FORMAT.matcher(committed.metadata());
        if (!format.matches()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the group '" + group + "' has an offset that says '" + committed.metadata()
                            + "', which no sink of this version wrote: give the output another 'transactional.id'");
        }
        String time = format.group(3);
        return Optional.of(new LastBatch(
                Objects.requireNonNullElse(format.group(1), ""),
                Long.parseLong(format.group(2)),
                time.equals("none") ? Optional.empty() : Optional.of(Instant.ofEpochMilli(Long.parseLong(time)))));
    }

    /** What an owner writes. */
    static LastBatch of(SinkOwner owner, Optional<Instant> time) {
        return new LastBatch(owner.identity(), owner.epoch(), time);
    }

    /** Whether it is an owner's. */
    boolean isOf(SinkOwner owner) {
        return identity.equals(owner.identity()) && epoch == owner.epoch();
    }

    SinkClaim claim(String group) {
        return new SinkClaim(identity, epoch, time, "the offset of group '" + group + "'");
    }

    OffsetAndMetadata offset() {
        long millis = time.map(Instant::toEpochMilli).orElse(0L);
        String batch = time.map(known -> String.valueOf(known.toEpochMilli())).orElse("none");
        String whose = identity.isEmpty() ? "millrace 1" : "millrace 2 checkpoint=" + identity;
        return new OffsetAndMetadata(Math.max(0, millis), whose + " epoch=" + epoch + " batch=" + batch);
    }
}
