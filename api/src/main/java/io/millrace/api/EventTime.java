// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import static java.util.Objects.requireNonNull;

import io.millrace.api.function.TimestampFunction;
import java.time.Duration;
import java.util.Optional;

/**
 * Windows by the time at which things happened, whenever they arrive. Immutable: each method returns another one.
 *
 * <p>The <em>watermark</em> says up to when everything is expected to be here. Each partition of a source has come as far as
 * its latest event time up to the batch before; the watermark is where the one is that is furthest behind, less the
 * {@linkplain #outOfOrder disorder} that is to be expected, and does not go back. A partition without new records is left out
 * {@linkplain #idleAfter after a while}; with nothing new in any of them the watermark stands still. After an exchange, or
 * an operator that holds elements back, the source's partitions are not known any more, and those of the stage stand for them. A window is seen when the watermark
 * reaches its end, in the batch after.
 * Windows other than sessions begin at multiples of their slide since the epoch.
 *
 * @param <V> the type of the values that have a time
 * @since 0.1
 */
public final class EventTime<V> {
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration AHEAD = Duration.ofHours(1);

    private final TimestampFunction<V> timestamps;
    private final Duration length;
    private final Optional<Duration> slide;
    private final Duration disorder;
    private final Duration lateness;
    private final Duration idle;
    private final Duration ahead;

    private EventTime(
            TimestampFunction<V> timestamps,
            Duration length,
            Optional<Duration> slide,
            Duration disorder,
            Duration lateness,
            Duration idle,
            Duration ahead) {
        this.timestamps = requireNonNull(timestamps, "timestamps is null");
        this.length = length;
        this.slide = slide;
        this.disorder = disorder;
        this.lateness = lateness;
        this.idle = idle;
        this.ahead = ahead;
    }

    /** Windows of a length, one after the other. */
    public static <V> EventTime<V> tumbling(Duration length, TimestampFunction<V> timestamps) {
        return sliding(length, length, timestamps);
    }

    /** Windows of a length, one every {@code slide}; a value is in {@code length / slide} of them. */
    public static <V> EventTime<V> sliding(Duration length, Duration slide, TimestampFunction<V> timestamps) {
        Durations.length("an event-time window with the length", length);
        Durations.length("an event-time window with the slide", slide);
        return new EventTime<>(timestamps, length, Optional.of(slide), Duration.ZERO, Duration.ZERO, IDLE, AHEAD);
    }

    /** A window for each run of a key's values with no pause of {@code gap} or more between them. */
    public static <V> EventTime<V> session(Duration gap, TimestampFunction<V> timestamps) {
        Durations.length("an event-time window with the gap", gap);
        return new EventTime<>(timestamps, gap, Optional.empty(), Duration.ZERO, Duration.ZERO, IDLE, AHEAD);
    }

    /** How much older than the latest value another may be when it arrives; zero unless it is set. */
    public EventTime<V> outOfOrder(Duration most) {
        return new EventTime<>(
                timestamps, length, slide, Durations.notNegative("a disorder of", most), lateness, idle, ahead);
    }

    /** For how long after its end a window is kept, and seen again when something late comes; zero unless it is set. */
    public EventTime<V> allowedLateness(Duration most) {
        return new EventTime<>(
                timestamps, length, slide, disorder, Durations.notNegative("a lateness of", most), idle, ahead);
    }

    /**
     * How long a partition may be without records before the watermark goes on without it; 10 s unless it is set. It is
     * measured in batch times, of which those count that the program was running and had read what waited when it started;
     * with zero, a partition counts in the batches that have records of it. What an idle partition brings later may be late.
     */
    public EventTime<V> idleAfter(Duration without) {
        return new EventTime<>(
                timestamps, length, slide, disorder, lateness, Durations.notNegative("idleness after", without), ahead);
    }

    /**
     * How far ahead of the moment at which its batch was planned a value may have happened; an hour unless it is set. One
     * that is further ahead has a wrong time: it moves no watermark, is in no window, and goes where late ones go. So one
     * clock that is wrong does not make late what others bring. A watermark that is further ahead already, since a version
     * of the program allowed it, is taken back by the next batch.
     */
    public EventTime<V> maxAhead(Duration most) {
        return new EventTime<>(
                timestamps, length, slide, disorder, lateness, idle, Durations.notNegative("a time ahead of", most));
    }

    /** Says when a value happened. */
    public TimestampFunction<V> timestamps() {
        return timestamps;
    }

    /** The length of the windows, or the gap of the sessions. */
    public Duration length() {
        return length;
    }

    /** How often a window begins; empty for sessions. */
    public Optional<Duration> slide() {
        return slide;
    }

    /** The disorder that is to be expected. */
    public Duration disorder() {
        return disorder;
    }

    /** How long a partition may be without records before the watermark goes on without it. */
    public Duration idle() {
        return idle;
    }

    /** How far ahead of its batch a value may have happened. */
    public Duration ahead() {
        return ahead;
    }

    /** The lateness that is allowed. */
    public Duration lateness() {
        return lateness;
    }
}
