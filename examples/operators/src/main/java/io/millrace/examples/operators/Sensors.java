// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.Codecs;
import java.time.Duration;
import java.time.Instant;

/** Windows by the time at which things happened: lines such as {@code attic 2026-01-01T12:00:03Z 21.5}. */
public final class Sensors {
    private Sensors() {}

    /** What a sensor measured, and when. */
    public record Reading(Instant at, double celsius) {}

    /** The readings of each sensor. */
    public static PairDStream<String, Reading> readings(DStream<String> lines) {
        return lines.mapToPair(line -> {
            String[] words = line.split(" ");
            return Pair.of(words[0], new Reading(Instant.parse(words[1]), Double.parseDouble(words[2])));
        });
    }

    /** The highest temperature of each sensor and minute; readings may come ten seconds out of order. */
    public static EventTimeDStream<String, Reading, Double> highest(PairDStream<String, Reading> readings) {
        return readings.reduceByKeyAndEventTime(
                StateSpec.named("highest", Codecs.STRING, Codecs.DOUBLE),
                EventTime.tumbling(Duration.ofMinutes(1), Reading::at).outOfOrder(Duration.ofSeconds(10)),
                Reading::celsius,
                Math::max);
    }

    /** How many readings each sensor sent between two pauses of half a minute. */
    public static EventTimeDStream<String, Reading, Long> sessions(PairDStream<String, Reading> readings) {
        return readings.reduceByKeyAndEventTime(
                StateSpec.named("sessions", Codecs.STRING, Codecs.LONG),
                EventTime.session(Duration.ofSeconds(30), Reading::at),
                reading -> 1L,
                Long::sum);
    }
}
