// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.source;

import static java.util.Objects.requireNonNull;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;

/**
 * Where to read next in one partition of a source: the place <em>after</em> the last record taken. Opaque to the engine,
 * which stores it, prints it and compares it for equality; comparable in order only within a partition and only by its
 * source. A numeric source uses {@link #of(long)}; any other puts its own text in {@code detail}.
 *
 * @param number the numeric part: a Kafka offset, a file offset; −1 if the source's positions are not numbers
 * @param detail whatever else the source needs to find the place again or to notice that it is gone (topic id, leader
 *     epoch, sequence number); empty if nothing. In a format of the source's own, versioned by it
 * @since 0.1
 */
public record Position(long number, String detail) {
    public Position {
        requireNonNull(detail, "detail is null");
    }

    /** A position that is a number and nothing else. */
    public static Position of(long number) {
        return new Position(number, "");
    }

    /** Whether both name the same place: equal numbers or, where there is none, equal details. */
    public boolean samePlace(Position other) {
        return number == other.number && (number >= 0 || detail.equals(other.detail));
    }

    /** Appends the position in its durable format. */
    public void encode(ByteWriter out) {
        out.writeZigZag(number);
        out.writeString(detail);
    }

    /** Reads what {@link #encode} wrote. */
    public static Position decode(ByteReader in) {
        return new Position(in.readZigZag(), in.readString());
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? Long.toString(number) : number < 0 ? detail : number + "@" + detail;
    }
}
