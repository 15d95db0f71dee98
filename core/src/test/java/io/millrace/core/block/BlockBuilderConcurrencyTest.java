// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.Position;
import io.millrace.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A receiver's thread, a timer that cuts, and an engine that releases, all at once. */
@Timeout(60)
class BlockBuilderConcurrencyTest {
    private static final int RECORDS = 400_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void nothing_is_lost_or_out_of_order_and_no_wake_up_is_missed() throws Exception {
        LinkedBlockingQueue<SealedBlock> log = new LinkedBlockingQueue<>();
        ByteBudget budget = new ByteBudget(32_000);
        BlockArrays arrays = new BlockArrays(1 << 20, true);
        ExecutorService wakeUps = Executors.newSingleThreadExecutor();
        BlockBuilder builder = new BlockBuilder(
                new BlockSettings(8_192, 1_000, 0),
                budget,
                arrays,
                new ManualClock(),
                Map.of("a", Position.of(0)),
                wakeUps,
                log::add);
        Semaphore ready = new Semaphore(0);
        builder.onReady(ready::release);
        AtomicBoolean appending = new AtomicBoolean(true);

        var receiver = threads.submit(() -> {
            Random random = new Random(7);
            int a = builder.partition("a");
            ByteBuffer value = ByteBuffer.allocate(100);
            long next = 0;
            long refusals = 0;
            while (next < RECORDS) {
                value.putLong(0, next).limit(8 + random.nextInt(92));
                boolean marked = random.nextInt(3) > 0;
                boolean taken = marked
                        ? builder.append(a, next, next + 1, next, null, value, List.of())
                        : builder.append(a, next, null, value, List.of());
                if (taken) {
                    next++;
                    if (!marked && random.nextInt(4) == 0) {
                        builder.mark(a, Position.of(next));
                    }
                } else {
                    refusals++;
                    ready.acquire();
                    ready.drainPermits();
                }
            }
            builder.mark(a, Position.of(next));
            appending.set(false);
            return refusals;
        });
        var cutter = threads.submit(() -> {
            while (appending.get()) {
                builder.cut();
                Thread.onSpinWait();
            }
            return builder.flush().get();
        });
        var engine = threads.submit(() -> {
            long[] expected = {0};
            Position until = Position.of(0);
            while (expected[0] < RECORDS) {
                SealedBlock block = log.poll(30, TimeUnit.SECONDS);
                assertThat(block).as("a block after record %d", expected[0]).isNotNull();
                PartitionSlice slice = block.slices().get(0);
                assertThat(slice.from()).isEqualTo(until);
                until = slice.until();
                assertThat(budget.used()).isLessThanOrEqualTo(32_000);
                BlockReader.forEach(block.bytes(), 0, block.length(), record -> {
                    long number = ByteBuffer.wrap(record.value().toByteArray()).getLong();
                    if (number != expected[0] || record.timestamp() != number) {
                        throw new AssertionError("record " + number + " where " + expected[0] + " was expected");
                    }
                    expected[0]++;
                });
                arrays.giveBack(block.bytes());
                budget.release(block.length());
            }
            return until;
        });

        assertThat(engine.get()).isEqualTo(Position.of(RECORDS));
        assertThat(receiver.get()).as("refusals").isPositive();
        assertThat(cutter.get()).isTrue();
        assertThat(budget.used()).isZero();
        wakeUps.shutdownNow();
    }
}
