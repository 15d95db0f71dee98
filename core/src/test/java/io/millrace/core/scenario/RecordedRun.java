// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A {@link RecordedLife}, second by second: in each, forty numbers come to either input, those of the receiver in two blocks,
 * and a batch is cut. Its clock stands still in between, so that two runs have the same batches.
 */
final class RecordedRun {
    static final int PER_BATCH = 40;
    /** No batch is held. */
    static final Instant NEVER = Instant.MAX;

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration TO_SEAL = Duration.ofMillis(400);

    final OutputLines lines;
    final StreamingContext context;
    private final Numbers numbers;
    private final Ranges ranges;
    private final ManualClock clock;
    private final Set<Instant> planned = ConcurrentHashMap.newKeySet();
    private final Set<Instant> committed = ConcurrentHashMap.newKeySet();

    /**
     * Declares it.
     *
     * @param out the directory in which its files and dead letters are
     * @param second how many batches earlier lives have cut
     * @param fed how many seconds' numbers there are already
     */
    RecordedRun(
            StreamingContextBuilder builder, Path out, int second, int fed, Instant filesHeld, Instant outputsHeld) {
        this.lines = new OutputLines(outputsHeld);
        this.numbers = Numbers.every(Duration.ofNanos(20_000)).until((long) fed * PER_BATCH);
        this.ranges = new Ranges().available((long) fed * PER_BATCH);
        this.clock = new ManualClock(at(second));
        this.context = RecordedLife.declare(
                builder.clock(clock).listener(new Watch()), numbers, ranges, new HeldFiles(filesHeld), out, lines);
    }

    /** The time of the batch that ends the {@code second}-th second. */
    static Instant at(int second) {
        return RecordedLife.BEGIN.plusSeconds(second);
    }

    /** The numbers of that second come, and are durable; moves the clock to 200 ms before its end. */
    void feed(int second) {
        ranges.available((long) second * PER_BATCH);
        long end = (long) second * PER_BATCH;
        receive(end - PER_BATCH / 2);
        receive(end);
    }

    private void receive(long end) {
        numbers.until(end);
        await().pollInterval(Duration.ofMillis(2)).atMost(SOON).until(() -> numbers.appended() == end);
        clock.advance(TO_SEAL);
        await().pollInterval(Duration.ofMillis(2)).atMost(SOON).until(() -> numbers.acknowledged() == end);
    }

    /** Ends the second. */
    void cut(int second) {
        clock.advance(Duration.between(Instant.ofEpochMilli(clock.millis()), at(second)));
    }

    void awaitPlanned(int second) {
        await().pollInterval(Duration.ofMillis(2)).atMost(SOON).until(() -> planned.contains(at(second)));
    }

    void awaitCommitted(int second) {
        await().pollInterval(Duration.ofMillis(2)).atMost(SOON).until(() -> committed.contains(at(second)));
    }

    /** Seconds of which each comes, ends and is committed. */
    void live(int from, int to) {
        for (int second = from; second <= to; second++) {
            feed(second);
            cut(second);
            awaitCommitted(second);
        }
    }

    private final class Watch implements StreamingListener {
        @Override
        public void onBatchPlanned(StreamingEvent.BatchPlanned event) {
            planned.add(event.batchTime());
        }

        @Override
        public void onBatchCommitted(StreamingEvent.BatchCommitted event) {
            committed.add(event.batchTime());
        }
    }
}
