// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.source.Position;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How a place in a Kafka partition is written down: the offset as the number, and {@code 1:<topic id>@<leader epoch>} as
 * the detail. The topic id shows that a topic was deleted and made anew under its name; the leader epoch lets the broker
 * tell that its log was truncated. Either may be missing; the leading number is the version of the format.
 *
 * <p>The metadata of an offset that is committed under a group are the detail, a space and the id of the program that
 * commits it.
 */
public final class KafkaPosition {
    private static final String VERSION = "1:";

    private KafkaPosition() {}

    /** The position at {@code offset} of a topic of this id; the id is empty and the epoch absent where unknown. */
    public static Position of(long offset, String topicId, Optional<Integer> leaderEpoch) {
        if (topicId.isEmpty() && leaderEpoch.isEmpty()) {
            return Position.of(offset);
        }
        return new Position(
                offset,
                VERSION + topicId + leaderEpoch.map(epoch -> "@" + epoch).orElse(""));
    }

    /** The id of the topic that the position is in; empty if it was not written down. */
    public static String topicId(Position position) {
        String body = body(position);
        int at = body.indexOf('@');
        return at < 0 ? body : body.substring(0, at);
    }

    /** The leader epoch of what was read last before the position, if it was written down. */
    public static Optional<Integer> leaderEpoch(Position position) {
        String body = body(position);
        int at = body.indexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(body, at + 1, body.length(), 10));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What a program commits under a group: the position, with the program's id. */
    public static OffsetAndMetadata commit(Position position, String program) {
        Optional<Integer> epoch = leaderEpoch(position);
        String place = topicId(position) + "@" + epoch.map(String::valueOf).orElse("");
        return new OffsetAndMetadata(position.number(), epoch, VERSION + place + " " + program);
    }

    /**
     * Whether a program of this id has committed an offset. Versions of before did not write the id: what they committed
     * counts as its own, since its group is hardly ever another's.
     */
    public static boolean isOf(String program, OffsetAndMetadata commit) {
        String metadata = commit.metadata();
        int space = metadata.indexOf(' ');
        return metadata.startsWith(VERSION)
                && (space < 0 || metadata.substring(space + 1).equals(program));
    }

    /** Whether the position was taken in another topic than the one that has this id now. */
    public static boolean ofAnotherTopic(Position position, String topicId) {
        String remembered = topicId(position);
        return !remembered.isEmpty() && !topicId.isEmpty() && !remembered.equals(topicId);
    }

    /** Whether the leader that wrote what lies before {@code position} was followed by the one that {@code end} names. */
    public static boolean isOfEarlierLeader(Position position, Position end) {
        Optional<Integer> then = leaderEpoch(position);
        Optional<Integer> now = leaderEpoch(end);
        return then.isPresent() && now.isPresent() && then.get() < now.get();
    }

    /**
     * The partition of a name such as {@code web-lines-0}, the way {@link TopicPartition#toString()} writes it.
     *
     * @throws IllegalArgumentException if it is no such name
     */
    public static TopicPartition partition(String name) {
        int dash = name.lastIndexOf('-');
        try {
            if (dash > 0) {
                return new TopicPartition(name.substring(0, dash), Integer.parseInt(name, dash + 1, name.length(), 10));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "'" + name + "' is not a topic's name, a dash and a number, such as lines-0");
    }

    /** Formats of a later version are read as if they said nothing: they only help to detect loss. */
    private static String body(Position position) {
        String detail = position.detail();
        if (!detail.startsWith(VERSION)) {
            return "";
        }
        int space = detail.indexOf(' ');
        return detail.substring(VERSION.length(), space < 0 ? detail.length() : space);
    }
}
