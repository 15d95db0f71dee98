// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.StreamingContext;
import io.millrace.core.simulation.Seeds;
import io.millrace.core.wal.local.SimDiskProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant 1: a source is never acknowledged past what data log <em>and</em> ledger hold. The source keeps nothing that was
 * acknowledged, and the power fails when it was told, after a sync or a write that failed before; the ledger is slow, or
 * fails, when the data is long written; and a simulation does all that its chance can think of.
 */
@Timeout(14400)
class AcknowledgedIsDurableTest {
    private static final int PROGRAMS = Integer.getInteger("millrace.test.power-failures", 3);
    private static final int LIVES = 4;

    @ParameterizedTest
    @ValueSource(strings = {"topic-receiver", "topic-direct"})
    void thePowerFailsInTheMomentInWhichTheSourceIsTold(String input) {
        IntStream.range(0, PROGRAMS).forEach(seed -> {
            try {
                lives(seed, input);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " with " + input + ": " + e.getMessage(), e);
            }
        });
    }

    private static void lives(long seed, String input) {
        Random random = new Random(seed);
        SimDiskProvider disk = new SimDiskProvider(seed, 4_096L << random.nextInt(5));
        Counted counted = new Counted(input, 2, disk, URI.create("simulated:///sim"));
        counted.topic.forgetful();
        for (int life = 1; life <= LIVES; life++) {
            AtomicBoolean told = new AtomicBoolean();
            AtomicInteger left = new AtomicInteger(1 + random.nextInt(5));
            int failing = random.nextInt(4);
            boolean write = random.nextBoolean();
            counted.topic.whenAcknowledged(() -> {
                int now = left.decrementAndGet();
                if (now == 0) {
                    disk.dieAt(1);
                    told.set(true);
                } else if (now == failing && write) {
                    disk.failWrites(1);
                } else if (now == failing) {
                    disk.failForces(1);
                }
            });
            try (StreamingContext context = counted.program(Map.of())) {
                context.start();
                counted.awaitThat(context, () -> {
                    if (random.nextInt(4) == 0) {
                        counted.add(1 + random.nextInt(4));
                    }
                    return told.get();
                });
            }
            counted.topic.whenAcknowledged(() -> {});
            disk.powerFailure();
            counted.check();
            counted.checkAcknowledged();
        }
        counted.complete();
    }

    @Test
    void whileTheLedgerIsSlowNothingIsAcknowledgedWhateverTheDataLogHas() {
        GatedStore store = new GatedStore();
        Counted counted = new Counted("topic-receiver", 1, store, GatedStore.PLACE);
        try (StreamingContext context = counted.program(Map.of())) {
            context.start();
            counted.add(5);
            counted.awaitThat(context, () -> counted.acknowledged() == 5);
            store.hold("ledger");
            for (int round = 1; round <= 3; round++) {
                int before = store.answers("data");
                counted.add(5);
                counted.awaitThat(context, () -> store.answers("data") > before && store.heldBack("ledger") > 0);
                assertThat(counted.acknowledged()).isEqualTo(5);
            }
            store.release("ledger");
            counted.awaitThat(context, () -> counted.acknowledged() == 20);
        }
        counted.checkAcknowledged();
        counted.complete();
    }

    /** The power fails in the moment in which the source is told of what came after the failed sync, which is lost. */
    @Test
    void aSyncThatFailedHasKeptNothing() {
        for (int seed = 0; seed < 12; seed++) {
            SimDiskProvider disk = new SimDiskProvider(seed, 16_384);
            Counted counted = new Counted("topic-receiver", 1, disk, URI.create("simulated:///sim"));
            counted.topic.forgetful();
            AtomicBoolean told = new AtomicBoolean();
            try (StreamingContext context = counted.program(Map.of())) {
                context.start();
                counted.add(5);
                counted.awaitThat(context, counted::answered);
                counted.topic.whenAcknowledged(() -> {
                    disk.dieAt(1);
                    told.set(true);
                });
                disk.failForces(1);
                counted.add(5);
                counted.awaitThat(context, told::get);
            }
            counted.topic.whenAcknowledged(() -> {});
            disk.powerFailure();
            counted.check();
            counted.checkAcknowledged();
            counted.complete();
        }
    }

    /** The block of a receiver that was replaced meanwhile is durable and refused; its successor reads the same again. */
    @Test
    void aBlockThatTheLedgerRefusesIsNotAcknowledged() {
        GatedStore store = new GatedStore();
        Counted counted = new Counted("topic-receiver", 1, store, GatedStore.PLACE);
        counted.topic.forgetful();
        try (StreamingContext context = counted.program(Map.of())) {
            context.start();
            counted.add(5);
            counted.awaitThat(context, counted::answered);
            store.hold("data");
            counted.add(5);
            counted.awaitThat(context, () -> store.heldBack("data") > 0);
            counted.topic.dieAt(counted.topic.end(0));
            counted.add(1);
            counted.awaitThat(context, () -> counted.receivers() == 2);
            store.hold("ledger");
            int before = store.answers("data");
            store.release("data");
            counted.awaitThat(context, () -> store.answers("data") > before && store.heldBack("ledger") > 0);
            try {
                await().during(Duration.ofMillis(100))
                        .atMost(Counted.PATIENCE)
                        .until(() -> counted.acknowledged() == 5);
            } finally {
                store.release("ledger");
            }
            counted.awaitThat(context, counted::answered);
        }
        counted.checkAcknowledged();
        counted.complete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ledger", "data"})
    void whatALogFailedToKeepIsNotAcknowledgedAndIsReadAgain(String log) {
        for (int nth = 1; nth <= 6; nth++) {
            GatedStore store = new GatedStore();
            Counted counted = new Counted("topic-receiver", 2, store, GatedStore.PLACE);
            counted.topic.forgetful();
            counted.add(10);
            try (StreamingContext context = counted.program(Map.of())) {
                context.start();
                counted.awaitThat(context, counted::answered);
                store.failAt(log, nth, nth % 2 == 0);
                counted.add(10);
                counted.awaitThat(context, () -> store.failed(log) || counted.answered());
                counted.add(10);
                if (store.failed(log)) {
                    await().atMost(Counted.PATIENCE).until(() -> context.state() == ContextState.STOPPED);
                }
            }
            store.mend();
            counted.checkAcknowledged();
            counted.complete();
        }
    }

    @Test
    void aSourceThatForgetsWhatWasAcknowledgedIsCountedOnceWheneverTheProgramDies() {
        Seeds.run("AcknowledgedIsDurableTest", 8, "io.millrace.core.simulated.ForgetfulProgram");
    }
}
