// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.simulation.Seeds;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Invariant 6: memory, disk, threads and every queue have a limit and a behavior at the limit. A source with more than a
 * slow program can take is held back, so is it by a disk without room, and a slow listener misses events and is told. Logs
 * are freed behind what is done, and a batch that does not end is followed by one other that is planned.
 */
@Timeout(14400)
class BoundedTest {
    /** As many segments of a log may be there: one that is written, one that is still needed, one that is about to go. */
    private static final int FEW_SEGMENTS = 3;

    private final GatedStore store = new GatedStore();

    @Test
    void whatIsTakenAndNotPutOutStaysBelowTheLimitsAndNothingIsLost() {
        Seeds.run("BoundedTest", 20, "io.millrace.core.simulated.CrampedProgram");
    }

    @Test
    void logsAreFreedBehindWhatIsDone() {
        Counted counted = new Counted("topic-receiver", 2, store, GatedStore.PLACE);
        try (StreamingContext context = counted.program(Map.of())) {
            context.start();
            counted.awaitThat(context, () -> {
                if (counted.answered()) {
                    counted.add(100);
                }
                return written("data") > 2 * FEW_SEGMENTS && written(Ledger.LOG) > FEW_SEGMENTS;
            });
            counted.awaitThat(context, counted::answered);
            await().atMost(Counted.PATIENCE)
                    .untilAsserted(() -> assertThat(List.of(segments("data"), segments(Ledger.LOG)))
                            .allSatisfy(segments -> assertThat(segments).hasSizeLessThanOrEqualTo(FEW_SEGMENTS)));
        }
        counted.complete();
    }

    @Test
    void whileABatchDoesNotEndOneOtherIsPlanned() {
        Counted counted = new Counted("topic-direct", 2, store, GatedStore.PLACE);
        CountDownLatch end = new CountDownLatch(1);
        counted.output(batch -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (StreamingContext context = counted.program(Map.of())) {
            context.start();
            counted.add(10);
            counted.awaitThat(context, () -> planned() == 2);
            try {
                await().during(Duration.ofMillis(200)).atMost(Counted.PATIENCE).until(() -> planned() == 2);
            } finally {
                end.countDown();
            }
            counted.awaitThat(context, counted::answered);
        }
        counted.complete();
    }

    private int planned() {
        return Counted.ledger(store.logs(), fact -> {}).planned().size();
    }

    /** How many segments a process has written of a log, be they still there or not. */
    private long written(String log) {
        List<WalReader.Segment> segments = segments(log);
        return segments.isEmpty()
                ? 0
                : WalPosition.sequenceOf(segments.get(segments.size() - 1).id());
    }

    private List<WalReader.Segment> segments(String log) {
        try (WalStore logs = store.logs();
                WalReader reader = logs.reader(log)) {
            return reader.segments();
        }
    }
}
