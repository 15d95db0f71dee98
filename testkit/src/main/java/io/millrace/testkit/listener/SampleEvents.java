// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.InputInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.api.listener.StreamingEvent.ReceiverInfo;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Events as an engine posts them: every kind with all that it may hold and with as little as it may, and whole batches.
 *
 * @since 0.1
 */
public final class SampleEvents {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");
    private static final ReceiverInfo RECEIVER = new ReceiverInfo("lines", "kit", 1);

    private SampleEvents() {}

    /** Events of every kind there is, some of them several times, in no order that makes sense. */
    public static List<StreamingEvent> ofEveryKind() {
        List<StreamingEvent> events = new ArrayList<>();
        events.add(new StreamingEvent.StreamingStarted(BEGIN, "kit", 1, BEGIN));
        events.add(new StreamingEvent.RecoveryCompleted(BEGIN, 0, 0, List.of(), Duration.ZERO));
        events.add(new StreamingEvent.RecoveryCompleted(
                BEGIN, 1L << 40, 7, List.of(BEGIN, BEGIN.plusSeconds(1)), Duration.ofNanos(1_234_567)));
        events.add(new StreamingEvent.ReceiverStopped(BEGIN, RECEIVER, "it was never started"));
        events.add(new StreamingEvent.ReceiverError(BEGIN, RECEIVER, "", Optional.empty()));
        events.add(new StreamingEvent.ReceiverError(
                BEGIN, RECEIVER, "a \"quoted\"\nmessage é€\u0000", Optional.of("at a\n\tat b")));
        events.add(new StreamingEvent.ReceiverStarted(BEGIN, new ReceiverInfo("lines", "kit", 2)));
        BatchInfo nothing =
                new BatchInfo(BEGIN, Map.of(), BEGIN, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
        events.add(new StreamingEvent.BatchCompleted(BEGIN, nothing));
        events.add(new StreamingEvent.BatchStarted(BEGIN, nothing));
        events.add(new StreamingEvent.BatchSubmitted(BEGIN, nothing));
        events.add(new StreamingEvent.BatchCompleted(BEGIN, info(3, true, Optional.of("it failed: 7 of 9"))));
        events.add(new StreamingEvent.BatchPlanned(BEGIN, BEGIN));
        events.add(new StreamingEvent.BatchCommitted(BEGIN, BEGIN, Long.MAX_VALUE));
        events.add(new StreamingEvent.TicksCoalesced(BEGIN, 3, BEGIN));
        events.add(new StreamingEvent.ClockSetBack(BEGIN, BEGIN, Duration.ofDays(400)));
        events.add(new StreamingEvent.ConditionChanged(BEGIN, "stuck", "output 'out'", false, "", BEGIN));
        events.add(new StreamingEvent.ConditionChanged(
                BEGIN.plusSeconds(1), "stuck", "output 'out'", true, "at a\n\tat b", BEGIN));
        events.add(new StreamingEvent.EventsDropped(BEGIN, 12));
        events.add(new StreamingEvent.RecordsLost(BEGIN, "lines", Optional.empty(), List.of()));
        events.add(new StreamingEvent.RecordsLost(
                BEGIN,
                "lines",
                Optional.of(BEGIN),
                List.of(new OffsetRange("lines-0", Position.of(7), Position.of(9), 2))));
        events.add(new StreamingEvent.RecordsSkipped(BEGIN, BEGIN, "map at Program.java:7", 3, "bad: \u0000"));
        events.add(new StreamingEvent.DeadLettersWritten(BEGIN, BEGIN, Map.of(), ""));
        events.add(new StreamingEvent.DeadLettersWritten(BEGIN, BEGIN, Map.of("map", 2L, "filter", 1L), "letters/1"));
        events.add(new StreamingEvent.OutputOperationCompleted(BEGIN, output(5, true, Optional.of("refused"))));
        events.add(new StreamingEvent.OutputOperationStarted(BEGIN, output(5, false, Optional.empty())));
        return events;
    }

    /** The end: nothing comes after it. */
    public static StreamingEvent stopped() {
        return new StreamingEvent.StreamingStopped(BEGIN, false, Optional.of("a log was lost"));
    }

    /** What is told of a batch from its beginning to its end, in order. */
    public static List<StreamingEvent> batch(int number) {
        Instant at = time(number);
        return List.of(
                new StreamingEvent.BatchSubmitted(at, info(number, false, Optional.empty())),
                new StreamingEvent.BatchPlanned(at, at),
                new StreamingEvent.BatchStarted(at, info(number, false, Optional.empty())),
                new StreamingEvent.OutputOperationStarted(at, output(number, false, Optional.empty())),
                new StreamingEvent.OutputOperationCompleted(at, output(number, true, Optional.empty())),
                new StreamingEvent.BatchCompleted(at, info(number, true, Optional.empty())),
                new StreamingEvent.BatchCommitted(at, at, 10));
    }

    private static Instant time(int number) {
        return BEGIN.plusSeconds(number);
    }

    private static BatchInfo info(int number, boolean completed, Optional<String> failure) {
        OffsetRange range = new OffsetRange("lines-0", Position.of(number), new Position(number + 10, "1:x@3"), 10);
        return new BatchInfo(
                time(number),
                Map.of("lines", new InputInfo(10, 0, List.of(range)), "pushed", new InputInfo(0, 3, List.of())),
                time(number),
                Optional.of(time(number).plusMillis(1)),
                completed ? Optional.of(time(number).plusMillis(7)) : Optional.empty(),
                completed ? List.of(output(number, true, failure)) : List.of(),
                failure);
    }

    private static OutputOperationInfo output(int number, boolean completed, Optional<String> failure) {
        return new OutputOperationInfo(
                time(number),
                0,
                "out",
                Optional.of(time(number)),
                completed ? Optional.of(time(number).plusMillis(2)) : Optional.empty(),
                failure);
    }
}
