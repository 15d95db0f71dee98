// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.state.States;
import io.millrace.core.watch.Conditions;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start has to replay stays below a limit, whatever becomes of snapshots. */
@Timeout(60)
class RecoveryLimitTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int KEYS = 3_000;
    private static final int FEW = 200;
    private static final long LIMIT = 64 << 10;

    /** All keys are more than that in a frame, and the keys that a batch changes are less. */
    private static final int SNAPSHOT = 30_000;

    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000));
    private final HeldStoreProvider store = new HeldStoreProvider(States.LOG, SNAPSHOT);
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong committed = new AtomicLong();
    private final List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();

    @Test
    void changesAreBoundedWhileSnapshotsAreHeldUpAndGoOnWhenTheyCome() {
        Topic topic = Topic.create("held-snapshots", 1);
        try (StreamingContext context = start("held-snapshots")) {
            add(topic, KEYS); // the first changes are all keys
            clock.advance(SECOND);
            soon().until(() -> records.get() == topic.end(0));
            for (int i = 0; i < 40; i++) {
                changeFew(topic, i);
                soon().until(() -> records.get() == topic.end(0));
            }
            assertThat(store.largeFrames()).isGreaterThan(1);
            store.hold();
            for (int i = 0; i < 100 && store.withheld() == 0; i++) {
                changeFew(topic, i);
                soon().until(() -> records.get() == topic.end(0) || store.withheld() > 0);
            }
            assertThat(store.withheld()).isPositive();
            long afterHold = topic.end(0) - FEW;
            for (int i = 0; i < 20; i++) {
                changeFew(topic, i);
            }
            assertThat(records).hasValue(afterHold);
            assertThat(store.mostSinceLarge()).isLessThan(2 * LIMIT); // with what frames add to their entries
            store.release();
            tickUntil(topic.end(0));
            assertThat(store.largeFrames()).isGreaterThan(1);
            assertThat(changes()).isLessThan(LIMIT);
        }
        try (StreamingContext context = start("held-snapshots")) {
            add(topic, 1);
            tickUntil(topic.end(0));
        }
    }

    @Test
    void batchesThatChangeMoreThanTheLimitGoOneAtATimeAndSomebodyIsTold() {
        Topic topic = Topic.create("large-changes", 1);
        try (StreamingContext context = start("large-changes")) {
            store.hold();
            add(topic, 6 * KEYS); // changes, as large as a snapshot
            clock.advance(SECOND);
            soon().until(() -> store.withheld() > 0);
            soon().untilAsserted(() -> {
                clock.advance(SECOND);
                assertThat(conditions).singleElement().satisfies(condition -> {
                    assertThat(condition.condition()).isEqualTo(Conditions.RECOVERY_LIMIT);
                    assertThat(condition.holds()).isTrue();
                    assertThat(condition.message())
                            .contains("recovery.max-uncovered = 65536 bytes")
                            .contains("raise the limit");
                });
            });
            clock.advance(SECOND.multipliedBy(5));
            assertThat(started.get() - committed.get()).isEqualTo(1); // the next one waits
            store.release();
            tickUntil(topic.end(0));
            soon().untilAsserted(() -> {
                clock.advance(SECOND); // a further batch writes the state whole
                assertThat(conditions).hasSizeGreaterThanOrEqualTo(2);
                assertThat(conditions.get(conditions.size() - 1).holds()).isFalse();
            });
            assertThat(changes()).isZero();
        }
    }

    private StreamingContext start(String topic) {
        StreamingContext context = StreamingContext.builder("limited")
                .batchInterval(SECOND)
                .clock(clock)
                .provider(store)
                .checkpoint(HeldStoreProvider.LOCATION)
                .set("recovery.max-uncovered", LIMIT + "B")
                .set("scheduler.threads", "1") // a batch is one entry of the log
                .listener(new Watch())
                .build();
        context.receive("topic-direct", Map.of("topic", topic))
                .map(view -> view.valueUtf8())
                .mapToPair(word -> Pair.of(word, 1L))
                .runningReduce("counts", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("out", counts -> {});
        context.start();
        return context;
    }

    private static void add(Topic topic, int keys) {
        for (int key = 0; key < keys; key++) {
            topic.add(0, "key-" + key);
        }
    }

    private void changeFew(Topic topic, int round) {
        for (int key = 0; key < FEW; key++) {
            topic.add(0, "key-" + (round * FEW + key) % KEYS);
        }
        clock.advance(SECOND);
    }

    private static ConditionFactory soon() {
        return await().atMost(DEADLINE).pollInterval(Duration.ofMillis(5));
    }

    private void tickUntil(long committed) {
        soon().until(() -> {
            clock.advance(SECOND);
            return records.get() == committed;
        });
    }

    /** What the ledger says of the state's changes. */
    private long changes() {
        try (Checkpoint checkpoint = Checkpoint.open(HeldStoreProvider.LOCATION, Map.of(), null, List.of(store))) {
            return checkpoint.summary().states().get("counts").changeBytes();
        }
    }

    private final class Watch implements StreamingListener {
        @Override
        public void onBatchStarted(BatchStarted event) {
            started.incrementAndGet();
        }

        @Override
        public void onBatchCommitted(BatchCommitted event) {
            records.addAndGet(event.records());
            committed.incrementAndGet();
        }

        @Override
        public void onConditionChanged(ConditionChanged event) {
            conditions.add(event);
        }
    }
}
