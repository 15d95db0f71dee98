// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.EventTimeDStream;
import io.millrace.api.LongAccumulator;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.State;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.Window;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.api.sink.SinkTarget;
import io.millrace.api.source.Slice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the recorded program of {@link RecordedRun} declares: a receiver and two direct streams, state of every kind, a sink,
 * dead letters. It must not change, since its recordings would then say something about the change.
 */
final class RecordedLife {
    static final String ID = "recorded-life";
    static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
    /** A number of the direct stream that leaves this, divided by {@link #DEAD_EVERY}, becomes a dead letter. */
    static final int DEAD_REST = 82;

    static final int DEAD_EVERY = 83;
    static final int KEYS = 13;

    private static final Codec<String> KEY = Codecs.STRING;
    private static final Codec<Long> NUMBER = Codecs.LONG;

    private final StreamingContext context;
    private final OutputLines lines;

    private RecordedLife(StreamingContext context, OutputLines lines) {
        this.context = context;
        this.lines = lines;
    }

    /** Declares it on a context that {@code builder} makes. */
    static StreamingContext declare(
            StreamingContextBuilder builder,
            Numbers numbers,
            Ranges ranges,
            HeldFiles files,
            Path out,
            OutputLines lines) {
        StreamingContext context = builder.batchInterval(Duration.ofSeconds(1))
                .set("wal.segment.size", "1MiB")
                .set("scheduler.threads", "2")
                .set("state.snapshot-after", "4KiB")
                .set("ledger.snapshot-after", "4KiB")
                .set("records.on-error", "dead-letter")
                .set("dead-letters.directory", out.resolve("dead-letters").toString())
                .set("stop.on-shutdown", "off")
                .provider(ranges)
                .build();
        RecordedLife life = new RecordedLife(context, lines);
        DStream<Long> received = context.receive(numbers.source());
        DStream<Long> direct = context.receive(ranges.source()).map(RecordedLife::alive);
        life.states(received, direct, new SinkTarget<>("text-files", Map.of("prefix", out + "/out/sums"), files));
        life.windows(received, direct);
        life.eventTime(received);
        life.slices();
        life.accumulator(received);
        return context;
    }

    private static long alive(long number) {
        if (number % DEAD_EVERY == DEAD_REST) {
            throw new IllegalArgumentException("number " + number);
        }
        return number;
    }

    private static PairDStream<String, Long> keyed(DStream<Long> numbers) {
        return numbers.mapToPair(number -> Pair.of("key-" + number % KEYS, number));
    }

    private static StateSpec<String, Long> state(String name) {
        return StateSpec.named(name, KEY, NUMBER);
    }

    private <T> void collect(String output, DStream<T> stream) {
        stream.foreachBatch(output, (Batch<T> batch) -> lines.took(output, batch));
    }

    private void states(DStream<Long> received, DStream<Long> direct, SinkTarget<Object> files) {
        PairDStream<String, Long> sums =
                keyed(received.union(direct)).runningReduce(state("sums").partitions(3), Long::sum);
        sums.save("sums-in-files", files);
        collect("sums", sums);
        collect(
                "visits",
                received.mapToPair(number -> Pair.of("visitor-" + number / 100, 1L))
                        .mapWithState(state("visits").timeout(Duration.ofSeconds(3)), RecordedLife::visit));
        collect("rest", keyed(direct).updateStateByKey(state("rest"), RecordedLife::rest));
    }

    private static String visit(String visitor, Optional<Long> one, State<Long> visits) {
        if (visits.isTimingOut()) {
            return visitor + " left after " + visits.get();
        }
        visits.update(visits.find().orElse(0L) + one.orElse(0L));
        return visitor + " " + visits.get();
    }

    private static Optional<Long> rest(List<Long> numbers, Optional<Long> before) {
        long sum = before.orElse(0L);
        for (long number : numbers) {
            sum += number;
        }
        return sum > 20_000 ? Optional.empty() : Optional.of(sum);
    }

    private void windows(DStream<Long> received, DStream<Long> direct) {
        Duration second = Duration.ofSeconds(1);
        Window fiveEveryTwo = Window.of(second.multipliedBy(5), second.multipliedBy(2));
        Window sixEveryThree = Window.of(second.multipliedBy(6), second.multipliedBy(3));
        collect("window", received.window("window", NUMBER, fiveEveryTwo));
        collect(
                "window-sum",
                keyed(direct).reduceByKeyAndWindow(state("window-sum"), Window.of(second.multipliedBy(4)), Long::sum));
        collect(
                "window-inverse",
                keyed(received)
                        .reduceByKeyAndWindow(
                                state("window-inverse"), sixEveryThree, Long::sum, (all, old) -> all - old));
        collect("window-count", direct.countByWindow("window-count", Window.of(second.multipliedBy(3))));
        collect(
                "window-groups",
                keyed(received)
                        .groupByKeyAndWindow("window-groups", KEY, NUMBER, fiveEveryTwo)
                        .mapValues(each -> each.stream().sorted().toList()));
    }

    /** When a received number happened: forty a second, one in five 700 ms earlier, one in forty a minute earlier. */
    static Instant happened(long number) {
        long early = number % 40 == 39 ? 60_000 : number % 5 == 0 ? 700 : 0;
        return BEGIN.plusMillis(number * 25 - early);
    }

    private void eventTime(DStream<Long> received) {
        EventTimeDStream<String, Long, Long> tumbling = keyed(received)
                .reduceByKeyAndEventTime(
                        state("tumbling"),
                        EventTime.tumbling(Duration.ofSeconds(2), RecordedLife::happened)
                                .outOfOrder(Duration.ofSeconds(1)),
                        number -> number,
                        Long::sum);
        collect("tumbling", tumbling);
        collect("late", tumbling.lateRecords());
        collect(
                "sessions",
                received.filter(number -> number % 120 < 20)
                        .mapToPair(number -> Pair.of("visitor", number))
                        .reduceByKeyAndEventTime(
                                state("sessions"),
                                EventTime.session(Duration.ofMillis(300), RecordedLife::happened)
                                        .outOfOrder(Duration.ofSeconds(1)),
                                number -> 1L,
                                Long::sum));
    }

    private void slices() {
        collect(
                "slices",
                context.receive("slices", "ranges", Map.of())
                        .flatMapToSliceLong((record, out) -> {
                            Slice value = Objects.requireNonNull(record.value());
                            out.emit(value.array(), value.offset() + value.length() - 1, 1, 1);
                        })
                        .runningReduce("slices", Long::sum)
                        .map((digit, count) ->
                                new String(digit.array(), digit.offset(), digit.length(), StandardCharsets.UTF_8) + " "
                                        + count));
    }

    private void accumulator(DStream<Long> received) {
        LongAccumulator all = context.accumulator("all");
        received.map(number -> {
                    all.add(1);
                    return number;
                })
                .foreachBatch("accumulated", batch -> {
                    batch.collect();
                    lines.accumulated(all.value());
                });
    }
}
