// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The contract of a sink that prepares what can be finished with its description alone.
 *
 * @since 0.1
 */
public abstract class ResumableSinkConformance extends SinkConformance<Sink.Resumable> {
    /** Makes a test of a sink. */
    protected ResumableSinkConformance() {}

    /** How many things are prepared at the target and not finished, partitions or whole batches. */
    protected abstract int leftovers() throws Exception;

    private static List<byte[]> prepare(Sink.Resumable sink, KitBatch batch) throws Exception {
        List<byte[]> committables = new ArrayList<>();
        for (int partition = 0; partition < batch.partitions(); partition++) {
            committables.add(sink.prepare(batch, partition));
        }
        return committables;
    }

    @Test
    public void required_sink_20_whatIsPreparedIsNotVisibleUntilItIsFinished() throws Exception {
        Sink.Resumable sink = sink();
        claim(sink, owner(1));
        KitBatch batch = batch(1, 1);
        List<byte[]> committables = prepare(sink, batch);
        assertThat(visible()).isEmpty();
        sink.finish(batch.id(), committables);
        assertVisible(1);
        assertThat(leftovers()).isZero();
    }

    @Test
    public void required_sink_21_finishingAgainDoesNothing() throws Exception {
        Sink.Resumable sink = sink();
        claim(sink, owner(1));
        List<byte[]> committables = prepare(sink, batch(1, 1));
        for (int time = 0; time < 3; time++) {
            sink.finish(batch(1, 1).id(), committables);
            assertVisible(1);
        }
        sink().finish(batch(2, 1).id(), committables);
        assertVisible(1);
        assertThat(leftovers()).isZero();
    }

    @Test
    public void required_sink_22_whoeverHoldsTheCommittablesCanFinish() throws Exception {
        Sink.Resumable dying = sink();
        claim(dying, owner(1));
        List<byte[]> first = prepare(dying, batch(1, 1));
        List<byte[]> second = prepare(dying, batch(1, 2));
        Sink.Resumable successor = sink();
        successor.finish(batch(2, 1).id(), first);
        successor.finish(batch(2, 2).id(), second);
        claim(successor, owner(2));
        assertVisible(1, 2);
    }

    @Test
    public void required_sink_23_claimRemovesWhatLowerEpochsLeft() throws Exception {
        Sink.Resumable dying = sink();
        claim(dying, owner(1));
        prepare(dying, batch(1, 1));
        KitBatch failing = batch(1, 2).withInTheMiddle(() -> {
            throw new IllegalStateException("the power is out");
        });
        assertThatThrownBy(() -> prepare(dying, failing)).hasStackTraceContaining("the power is out");
        assertThat(leftovers()).isPositive();
        Sink.Resumable successor = sink();
        claim(successor, owner(2));
        assertThat(leftovers()).isZero();
        successor.finish(batch(2, 1).id(), prepare(successor, batch(2, 1)));
        assertVisible(1);
    }

    @Test
    public void required_sink_24_claimLeavesEqualAndHigherEpochsAndOtherOutputsAlone() throws Exception {
        Sink.Resumable successor = sink();
        claim(successor, owner(2));
        List<byte[]> committables = prepare(successor, batch(2, 1));
        Sink.Resumable zombie = sink();
        claim(zombie, owner(1));
        claim(zombie, owner(2));
        claim(sink("other"), owner("other", 9));
        claim(sink(), new SinkOwner("another-program", OUTPUT, IDENTITY, 9));
        successor.finish(batch(2, 1).id(), committables);
        assertVisible(1);
    }

    @Test
    public void required_sink_25_whatIsDiscardedIsGoneAndAnotherAttemptWorks() throws Exception {
        Sink.Resumable sink = sink();
        claim(sink, owner(1));
        sink.discard(batch(1, 1).id(), prepare(sink, batch(1, 1)));
        sink.discard(batch(1, 1).id(), List.of());
        assertThat(leftovers()).isZero();
        KitBatch again = batch(OUTPUT, 1, 1, 1, 6);
        sink.finish(again.id(), prepare(sink, again));
        assertVisible(1);
    }

    @Test
    public void required_sink_26_aCommittableIsAName() throws Exception {
        Sink.Resumable sink = sink();
        claim(sink, owner(1));
        for (byte[] committable : prepare(sink, batch(OUTPUT, 1, 0, 0, 20_000))) {
            assertThat(committable).hasSizeLessThan(1024);
        }
    }

    @Test
    public void required_sink_27_twoThatFinishAtOnceDoNotHurt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int number = 1; number <= 20; number++) {
                Sink.Resumable sink = sink();
                KitBatch batch = batch(1, number);
                List<byte[]> committables = prepare(sink, batch);
                Sink.Resumable other = sink();
                CyclicBarrier begin = new CyclicBarrier(2);
                List<Future<?>> both = new ArrayList<>();
                for (Sink.Resumable each : List.of(sink, other)) {
                    both.add(threads.submit(() -> {
                        begin.await();
                        each.finish(batch.id(), committables);
                        return null;
                    }));
                }
                for (Future<?> one : both) {
                    one.get();
                }
            }
        } finally {
            threads.shutdown();
        }
        assertThat(visible()).hasSize(120).doesNotHaveDuplicates();
    }

    @Test
    public void required_sink_28_batchesWithoutElementsOrPartitionsAreTaken() throws Exception {
        Sink.Resumable sink = sink();
        claim(sink, owner(1));
        KitBatch empty = batch(OUTPUT, 1, 1, 0, 0);
        sink.finish(empty.id(), prepare(sink, empty));
        KitBatch none = KitBatch.of(KitBatch.id(OUTPUT, 1, 2, 0), List.of());
        sink.finish(none.id(), prepare(sink, none));
        sink.finish(none.id(), prepare(sink, none));
        assertThat(visible()).isEmpty();
        assertThat(leftovers()).isZero();
        sink.finish(batch(1, 3).id(), prepare(sink, batch(1, 3)));
        assertVisible(3);
    }
}
