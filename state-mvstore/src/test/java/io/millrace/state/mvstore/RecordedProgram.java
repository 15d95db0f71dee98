// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.State;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * The program whose checkpoints are kept for ever: states of which most keys are in the store, and a hundred numbers in each
 * second. Its clock stands still in between, so that two runs have the same batches. What it declares must not change.
 */
final class RecordedProgram {
    static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
    static final int PER_BATCH = 100;
    static final int KEYS = 300;

    final StreamingContext context;
    private final NumbersByRange numbers = new NumbersByRange();
    private final ManualClock clock;
    private final Instant heldFrom;
    private final CountDownLatch never = new CountDownLatch(1);
    private final Map<String, Map<Instant, List<String>>> lines = new ConcurrentHashMap<>();
    private final Set<Instant> planned = ConcurrentHashMap.newKeySet();
    private final Set<Instant> committed = ConcurrentHashMap.newKeySet();

    /**
     * Declares it.
     *
     * @param home where its checkpoint and the store's files are
     * @param second how many batches earlier lives have cut
     * @param heldFrom the batch from which on no output returns
     */
    RecordedProgram(Path home, int second, Instant heldFrom) {
        this.clock = new ManualClock(at(second));
        this.heldFrom = heldFrom;
        numbers.available((long) second * PER_BATCH);
        StreamingContextBuilder builder = StreamingContext.builder("recorded")
                .batchInterval(Duration.ofSeconds(1))
                .checkpoint(home.resolve("checkpoint"))
                .clock(clock)
                .listener(new Watch())
                .set("scheduler.threads", "2")
                .set("wal.segment.size", "1MiB")
                .set("state.snapshot-after", "16KiB")
                .set("state.store", "mvstore")
                .set("state.store.directory", home.resolve("store").toString())
                .set("state.memory", "4KiB")
                .set("stop.on-shutdown", "off");
        this.context = builder.build();
        DStream<Long> stream = context.receive(numbers.source());
        PairDStream<String, Long> keyed = stream.mapToPair(number -> Pair.of("key-" + number % KEYS, number));
        collect("sums", keyed.runningReduce(StateSpec.named("sums", Codecs.STRING, Codecs.LONG), Long::sum));
        collect(
                "visits",
                stream.mapToPair(number -> Pair.of("visitor-" + number / 3, 1L))
                        .mapWithState(
                                StateSpec.named("visits", Codecs.STRING, Codecs.LONG)
                                        .timeout(Duration.ofSeconds(3)),
                                RecordedProgram::visit));
        collect(
                "tumbling",
                keyed.reduceByKeyAndEventTime(
                        StateSpec.named("tumbling", Codecs.STRING, Codecs.LONG),
                        EventTime.tumbling(Duration.ofSeconds(2), number -> BEGIN.plusMillis(number * 10)),
                        number -> number,
                        Long::sum));
        collect("window", stream.window("window", Codecs.LONG, Window.of(Duration.ofSeconds(4))));
    }

    private static String visit(String visitor, Optional<Long> one, State<Long> visits) {
        if (visits.isTimingOut()) {
            return visitor + " left after " + visits.get();
        }
        visits.update(visits.find().orElse(0L) + one.orElse(0L));
        return visitor + " " + visits.get();
    }

    private <T> void collect(String output, DStream<T> stream) {
        stream.foreachBatch(output, (Batch<T> batch) -> {
            Instant time = batch.id().batchTime();
            if (!time.isBefore(heldFrom)) {
                never.await();
            }
            lines.computeIfAbsent(output, name -> new ConcurrentHashMap<>())
                    .put(
                            time,
                            batch.collect().stream()
                                    .map(String::valueOf)
                                    .sorted()
                                    .toList());
        });
    }

    /** The time of the batch that ends the {@code second}-th second. */
    static Instant at(int second) {
        return BEGIN.plusSeconds(second);
    }

    /** The numbers of that second come, and it ends. */
    void cut(int second) {
        numbers.available((long) second * PER_BATCH);
        clock.advance(Duration.between(Instant.ofEpochMilli(clock.millis()), at(second)));
    }

    /** Seconds of which each ends and is committed. */
    void live(int from, int to) throws InterruptedException {
        for (int second = from; second <= to; second++) {
            cut(second);
            await(committed, second);
        }
    }

    void awaitPlanned(int second) throws InterruptedException {
        await(planned, second);
    }

    void awaitCommitted(int second) throws InterruptedException {
        await(committed, second);
    }

    private void await(Set<Instant> seen, int second) throws InterruptedException {
        long until = System.nanoTime() + 30_000_000_000L;
        synchronized (seen) {
            while (!seen.contains(at(second))) {
                if (System.nanoTime() > until) {
                    throw new AssertionError("second " + second + " did not come");
                }
                seen.wait(1_000);
            }
        }
    }

    /** By output and batch time, the elements as lines, of the batches after {@code time}. */
    Map<String, Map<Instant, List<String>>> after(Instant time) {
        Map<String, Map<Instant, List<String>>> after = new TreeMap<>();
        lines.forEach((output, batches) -> {
            Map<Instant, List<String>> later = new TreeMap<>(batches);
            later.keySet().removeIf(each -> !each.isAfter(time));
            after.put(output, later);
        });
        return after;
    }

    private final class Watch implements StreamingListener {
        @Override
        public void onBatchPlanned(StreamingEvent.BatchPlanned event) {
            saw(planned, event.batchTime());
        }

        @Override
        public void onBatchCommitted(StreamingEvent.BatchCommitted event) {
            saw(committed, event.batchTime());
        }

        private void saw(Set<Instant> seen, Instant time) {
            synchronized (seen) {
                seen.add(time);
                seen.notifyAll();
            }
        }
    }
}
