// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.StreamingContext;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.simulation.Seeds;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant 3: state and ledger hold each committed batch exactly once, and none that was not. Every append to either may
 * be the last of its process, with nobody knowing whether it is there; state may be written again and again for a batch
 * that is not committed. Every total that an output sees is compared with the batches up to then.
 */
@Timeout(14400)
class CommittedOnceTest {
    @ParameterizedTest
    @CsvSource({"ledger, true", "ledger, false", "state, true", "state, false"})
    void everyAppendMayBeTheLastAndWhetherItIsThereIsFoundOut(String log, boolean applied) {
        for (int nth = 1; nth <= 5; nth++) {
            GatedStore store = new GatedStore();
            Counted counted = new Counted(nth % 2 == 0 ? "topic-direct" : "topic-receiver", 2, store, GatedStore.PLACE);
            for (int life = 1; life <= 2; life++) {
                liveUntil(counted, store, log, nth, applied);
                store.mend();
            }
            counted.complete();
        }
    }

    @Test
    void whatWasWrittenForABatchThatWasNotCommittedIsNeverRead() {
        GatedStore store = new GatedStore();
        Counted counted = new Counted("topic-direct", 2, store, GatedStore.PLACE);
        Random random = new Random(3);
        for (int life = 1; life <= 8; life++) {
            // the state of the batch is durable, the fact that commits it is not
            counted.output(batch -> {
                throw new IllegalStateException("not yet");
            });
            counted.add(10 + random.nextInt(10));
            try (StreamingContext context = counted.program(Map.of())) {
                context.start();
                await().atMost(Counted.PATIENCE).until(() -> context.state() == ContextState.STOPPED);
            }
            counted.check();
        }
        assertThat(counted.batches).hasSize(1);
        counted.output(batch -> {});
        counted.complete();
    }

    /** Of what a task changed before it failed, nothing is left when it is run again in the same process. */
    @Test
    void aTaskThatFailsAfterItChangedTheStateIsRunAgainOnWhatThereWas() {
        GatedStore store = new GatedStore();
        Counted counted = new Counted("topic-direct", 2, store, GatedStore.PLACE);
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        counted.total(key -> {
            if (changes.incrementAndGet() % 5 == 0) {
                failures.incrementAndGet();
                throw new IllegalStateException("a task that fails now and then");
            }
        });
        Map<String, String> settings =
                Map.of("scheduler.task.max-failures", "100", "scheduler.task.retry-backoff", "1ms");
        try (StreamingContext context = counted.program(settings)) {
            context.start();
            for (int round = 1; round <= 5; round++) {
                counted.add(20);
                counted.awaitThat(context, counted::answered);
                counted.check();
            }
        }
        assertThat(failures).hasPositiveValue();
        counted.total(key -> {});
        counted.complete();
    }

    /** What an output does for a batch may build on what it did for the one before, which is then never done again. */
    @Test
    void outputsOfABatchWaitUntilTheCommitOfTheOneBeforeIsDurable() {
        GatedStore store = new GatedStore();
        Counted counted = new Counted("topic-direct", 1, store, GatedStore.PLACE);
        AtomicInteger calls = new AtomicInteger();
        counted.output(batch -> {
            if (calls.incrementAndGet() == 1) {
                await().atMost(Counted.PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> Counted.ledger(store.logs(), fact -> {}).planned().values().stream()
                                        .filter(planned -> !planned.ranges().isEmpty())
                                        .count()
                                == 2);
                store.hold("ledger");
            }
        });
        Map<String, String> fewInABatch = Map.of("direct.initial-rate", "1000", "direct.max-rate", "1000");
        try (StreamingContext context = counted.program(fewInABatch)) {
            counted.add(100);
            context.start();
            counted.awaitThat(context, () -> store.heldBack("ledger") > 0);
            try {
                await().during(Duration.ofMillis(100)).atMost(Counted.PATIENCE).until(() -> calls.get() == 1);
            } finally {
                store.release("ledger");
            }
            counted.awaitThat(context, counted::answered);
        }
        assertThat(calls).hasValueGreaterThan(1);
        counted.complete();
    }

    /**
     * The process ends when a batch is planned, further records wait, and the ledger has just been summed up: the next one
     * knows all of this from the sum alone.
     */
    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    void whatTheLedgerWasSummedUpInIsAllThatItSaid(String input) {
        GatedStore store = new GatedStore();
        Counted counted = new Counted(input, 2, store, GatedStore.PLACE);
        AtomicBoolean summedUp = new AtomicBoolean();
        counted.output(batch -> {
            // another is planned behind it, so that the ledger may be summed up when this one is committed
            await().atMost(Counted.PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
                Set<Long> sum = new HashSet<>();
                LedgerState ledger = Counted.ledger(store.logs(), fact -> {
                    if (fact instanceof Fact.Snapshot snapshot) {
                        snapshot.image().planned().forEach(planned -> sum.add(planned.batchTime()));
                    }
                });
                sum.retainAll(ledger.planned().keySet());
                summedUp.set(!sum.isEmpty());
                return summedUp.get() || ledger.planned().size() > 1;
            });
            if (summedUp.get()) {
                throw new IllegalStateException("planned, and summed up as planned");
            }
        });
        for (int life = 1; life <= 2; life++) {
            summedUp.set(false);
            try (StreamingContext context = counted.program(Map.of())) {
                context.start();
                counted.awaitThat(context, () -> {
                    counted.add(2);
                    return false;
                });
            }
            assertThat(summedUp)
                    .as("whether life %d ended where it should", life)
                    .isTrue();
            counted.check();
        }
        counted.output(batch -> {});
        counted.complete();
    }

    private static void liveUntil(Counted counted, GatedStore store, String log, int nth, boolean applied) {
        try (StreamingContext context = counted.program(Map.of())) {
            context.start();
            counted.add(3);
            counted.awaitThat(context, counted::answered);
            store.failAt(log, nth, applied);
            counted.awaitThat(context, () -> {
                if (counted.answered()) {
                    counted.add(3);
                }
                return store.failed(log);
            });
            await().atMost(Counted.PATIENCE).until(() -> context.state() == ContextState.STOPPED);
        }
        counted.check();
    }

    @Test
    void aProgramThatDiesAtAChangeOfItsDiskCommitsWhatItCommittedOnce() {
        Seeds.run("CommittedOnceTest", 5, "io.millrace.core.simulated.DyingProgram");
    }
}
