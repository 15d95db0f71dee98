// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.StreamingContext;
import io.millrace.core.simulation.Seeds;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
