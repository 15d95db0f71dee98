// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkOwner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * The contract of a sink that stores the batch's time in its own transaction.
 *
 * @since 0.1
 */
public abstract class TransactionalSinkConformance extends SinkConformance<Sink.Transactional> {
    /** Makes a test of a sink. */
    protected TransactionalSinkConformance() {}

    private static Optional<Instant> time(int batch) {
        return Optional.of(KitBatch.time(batch));
    }

    @Test
    public void required_sink_10_aNewTargetHasNoBatch() throws Exception {
        assertThat(sink().claim(owner(1))).isEmpty();
        assertThat(visible()).isEmpty();
    }

    @Test
    public void required_sink_11_whatIsCommittedIsVisibleWholeAndOnce() throws Exception {
        Sink.Transactional sink = sink();
        sink.claim(owner(1));
        sink.commit(batch(1, 1));
        assertVisible(1);
        sink.commit(batch(1, 2));
        assertVisible(1, 2);
    }

    @Test
    public void required_sink_12_claimTellsTheLastCommittedBatchToWhoeverClaims() throws Exception {
        Sink.Transactional first = sink();
        first.claim(owner(1));
        first.commit(batch(1, 1));
        first.commit(batch(1, 2));
        assertThat(first.claim(owner(1))).isEqualTo(time(2));
        assertThat(sink().claim(owner(2))).isEqualTo(time(2));
        assertThat(sink().claim(owner(7))).isEqualTo(time(2));
    }

    @Test
    public void required_sink_13_aBatchThatFailsInTheMiddleIsNotThere() throws Exception {
        Sink.Transactional sink = sink();
        sink.claim(owner(1));
        sink.commit(batch(1, 1));
        KitBatch failing = batch(1, 2).withInTheMiddle(() -> {
            throw new IllegalStateException("the power is out");
        });
        assertThatThrownBy(() -> sink.commit(failing)).hasStackTraceContaining("the power is out");
        assertVisible(1);
        assertThat(sink.claim(owner(1))).isEqualTo(time(1));
        sink.commit(batch(OUTPUT, 1, 2, 1, 6));
        assertVisible(1, 2);
    }

    @Test
    public void required_sink_14_aLowerEpochCannotClaim() throws Exception {
        sink().claim(owner(2));
        Sink.Transactional late = sink();
        assertFenced(() -> late.claim(owner(1)));
        assertThat(visible()).isEmpty();
    }

    @Test
    public void required_sink_15_aLowerEpochCannotCommit() throws Exception {
        Sink.Transactional zombie = sink();
        zombie.claim(owner(1));
        zombie.commit(batch(1, 1));
        Sink.Transactional successor = sink();
        assertThat(successor.claim(owner(2))).isEqualTo(time(1));
        assertFenced(() -> zombie.commit(batch(1, 2)));
        assertVisible(1);
        assertFenced(() -> zombie.claim(owner(1)));
        successor.commit(batch(2, 2));
        assertVisible(1, 2);
        assertThat(successor.claim(owner(2))).isEqualTo(time(2));
    }

    /** The zombie sleeps in the middle of a commit, and wakes when its successor has claimed or waits for it. */
    @Test
    public void required_sink_16_aZombieInTheMiddleOfACommitIsKnownToHaveCommittedOrNeverDoes() throws Exception {
        Sink.Transactional zombie = sink();
        zombie.claim(owner(1));
        Sink.Transactional successor = sink();
        CompletableFuture<Optional<Instant>> claimed = new CompletableFuture<>();
        Thread claiming = new Thread(() -> {
            try {
                claimed.complete(successor.claim(owner(2)));
            } catch (Throwable e) {
                claimed.completeExceptionally(e);
            }
        });
        KitBatch sleeping = batch(1, 1).withInTheMiddle(() -> {
            claiming.start();
            try {
                claimed.get(3, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                // it waits for the zombie, which a target may make it do
            }
        });
        try {
            zombie.commit(sleeping);
        } catch (Exception refused) {
            // what counts is what the successor was told
        }
        if (claimed.get(60, TimeUnit.SECONDS).isPresent()) {
            assertThat(claimed.get()).isEqualTo(time(1));
        } else {
            assertThat(visible()).isEmpty();
            successor.commit(batch(2, 1));
        }
        assertVisible(1);
        successor.commit(batch(2, 2));
        assertVisible(1, 2);
    }

    @Test
    public void required_sink_17_otherOutputsAndProgramsAreLeftAlone() throws Exception {
        Sink.Transactional sink = sink();
        sink.claim(owner(5));
        sink.commit(batch(5, 2));
        Sink.Transactional other = sink("other");
        assertThat(other.claim(new SinkOwner(SinkContext.PROGRAM, "other", 1))).isEmpty();
        other.commit(batch("other", 1, 1, 0, 6));
        sink.commit(batch(5, 3));
        assertVisible(1, 2, 3);
        assertThat(sink().claim(owner(6))).isEqualTo(time(3));
        assertThat(other.claim(new SinkOwner(SinkContext.PROGRAM, "other", 1))).isEqualTo(time(1));
    }

    @Test
    public void required_sink_18_batchesWithoutElementsOrPartitionsAreTaken() throws Exception {
        Sink.Transactional sink = sink();
        sink.claim(owner(1));
        sink.commit(batch(1, 1));
        sink.commit(batch(OUTPUT, 1, 2, 0, 0));
        sink.commit(KitBatch.of(KitBatch.id(OUTPUT, 1, 3, 0), List.of()));
        sink.commit(batch(1, 4));
        assertVisible(1, 4);
        assertThat(sink().claim(owner(2))).isEqualTo(time(4));
    }

    @Test
    public void required_sink_19_aBatchLargerThanAnyBufferIsOneTransaction() throws Exception {
        Sink.Transactional sink = sink();
        sink.claim(owner(1));
        int many = 25_000;
        KitBatch failing = batch(OUTPUT, 1, 0, 0, many).withInTheMiddle(() -> {
            throw new IllegalStateException("the power is out");
        });
        assertThatThrownBy(() -> sink.commit(failing)).hasStackTraceContaining("the power is out");
        assertThat(visible()).isEmpty();
        assertThat(sink.claim(owner(1))).isEmpty();
        sink.commit(batch(OUTPUT, 1, 0, 1, many));
        assertThat(visible()).hasSize(many).doesNotHaveDuplicates();
    }
}
