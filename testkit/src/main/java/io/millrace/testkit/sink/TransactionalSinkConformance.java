// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        assertThat(claim(sink(), owner(1))).isEmpty();
        assertThat(visible()).isEmpty();
    }

    @Test
    public void required_sink_11_whatIsCommittedIsVisibleWholeAndOnce() throws Exception {
        Sink.Transactional sink = sink();
        claim(sink, owner(1));
        sink.commit(batch(1, 1));
        assertVisible(1);
        sink.commit(batch(1, 2));
        assertVisible(1, 2);
    }

    @Test
    public void required_sink_12_claimTellsTheLastCommittedBatchToWhoeverClaims() throws Exception {
        Sink.Transactional first = sink();
        claim(first, owner(1));
        first.commit(batch(1, 1));
        first.commit(batch(1, 2));
        assertThat(claim(first, owner(1))).isEqualTo(time(2));
        assertThat(claim(sink(), owner(2))).isEqualTo(time(2));
        assertThat(claim(sink(), owner(7))).isEqualTo(time(2));
        assertThat(look(sink(), other(1))).hasValueSatisfying(claim -> {
            assertThat(claim.identity()).isEqualTo(IDENTITY);
            assertThat(claim.epoch()).isEqualTo(7);
            assertThat(claim.lastBatch()).isEqualTo(time(2));
            assertThat(claim.place()).isNotBlank();
        });
    }

    @Test
    public void required_sink_13_aBatchThatFailsInTheMiddleIsNotThere() throws Exception {
        Sink.Transactional sink = sink();
        claim(sink, owner(1));
        sink.commit(batch(1, 1));
        KitBatch failing = batch(1, 2).withInTheMiddle(() -> {
            throw new IllegalStateException("the power is out");
        });
        assertThatThrownBy(() -> sink.commit(failing)).hasStackTraceContaining("the power is out");
        assertVisible(1);
        assertThat(claim(sink, owner(1))).isEqualTo(time(1));
        sink.commit(batch(OUTPUT, 1, 2, 1, 6));
        assertVisible(1, 2);
    }

    @Test
    public void required_sink_14_aClaimOverWhatTheTargetDoesNotSayChangesNothing() throws Exception {
        Sink.Transactional sink = sink();
        claim(sink, owner(2));
        sink.commit(batch(2, 1));
        SinkClaim there = look(sink, owner(2)).orElseThrow();
        List<Optional<SinkClaim>> wrong = List.of(
                Optional.empty(),
                Optional.of(new SinkClaim(OTHER_IDENTITY, 2, there.lastBatch(), there.place())),
                Optional.of(new SinkClaim(IDENTITY, 1, there.lastBatch(), there.place())),
                Optional.of(new SinkClaim(IDENTITY, 2, Optional.empty(), there.place())),
                Optional.of(new SinkClaim(IDENTITY, 2, time(2), there.place())));
        for (Optional<SinkClaim> found : wrong) {
            assertThat(sink().claim(owner(3), found, time(1)))
                    .as("over %s", found)
                    .isFalse();
            assertThat(sink().claim(other(3), found, time(3)))
                    .as("over %s", found)
                    .isFalse();
            assertThat(look(sink(), owner(2)))
                    .as("after a claim over %s", found)
                    .contains(there);
        }
        sink.commit(batch(2, 2));
        assertVisible(1, 2);
        Sink.Transactional late = sink("other");
        Optional<SinkClaim> nobody = Optional.of(new SinkClaim(IDENTITY, 1, Optional.empty(), ""));
        assertThat(late.claim(owner("other", 2), nobody, Optional.empty()))
                .as("over a claim that is not there")
                .isFalse();
        assertThat(look(late, owner("other", 2))).isEmpty();
    }

    @Test
    public void required_sink_15_aLowerEpochCannotCommit() throws Exception {
        Sink.Transactional zombie = sink();
        claim(zombie, owner(1));
        zombie.commit(batch(1, 1));
        Sink.Transactional successor = sink();
        assertThat(claim(successor, owner(2))).isEqualTo(time(1));
        assertFenced(() -> zombie.commit(batch(1, 2)));
        assertVisible(1);
        successor.commit(batch(2, 2));
        assertVisible(1, 2);
        assertThat(claim(successor, owner(2))).isEqualTo(time(2));
    }

    /** The zombie sleeps in the middle of a commit, and wakes when its successor has claimed or waits for it. */
    @Test
    public void required_sink_16_aZombieInTheMiddleOfACommitIsKnownToHaveCommittedOrNeverDoes() throws Exception {
        Sink.Transactional zombie = sink();
        claim(zombie, owner(1));
        Sink.Transactional successor = sink();
        CompletableFuture<Optional<Instant>> claimed = new CompletableFuture<>();
        Thread claiming = new Thread(() -> {
            try {
                claimed.complete(claim(successor, owner(2)));
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
        claim(sink, owner(5));
        sink.commit(batch(5, 2));
        Sink.Transactional other = sink("other");
        assertThat(claim(other, owner("other", 1))).isEmpty();
        other.commit(batch("other", 1, 1, 0, 6));
        sink.commit(batch(5, 3));
        assertVisible(1, 2, 3);
        assertThat(claim(sink(), owner(6))).isEqualTo(time(3));
        assertThat(claim(other, owner("other", 1))).isEqualTo(time(1));
    }

    @Test
    public void required_sink_18_batchesWithoutElementsOrPartitionsAreTaken() throws Exception {
        Sink.Transactional sink = sink();
        claim(sink, owner(1));
        sink.commit(batch(1, 1));
        sink.commit(batch(OUTPUT, 1, 2, 0, 0));
        sink.commit(KitBatch.of(KitBatch.id(OUTPUT, 1, 3, 0), List.of()));
        sink.commit(batch(1, 4));
        assertVisible(1, 4);
        assertThat(claim(sink(), owner(2))).isEqualTo(time(4));
    }

    @Test
    public void required_sink_19_aBatchLargerThanAnyBufferIsOneTransaction() throws Exception {
        Sink.Transactional sink = sink();
        claim(sink, owner(1));
        int many = 25_000;
        KitBatch failing = batch(OUTPUT, 1, 0, 0, many).withInTheMiddle(() -> {
            throw new IllegalStateException("the power is out");
        });
        assertThatThrownBy(() -> sink.commit(failing)).hasStackTraceContaining("the power is out");
        assertThat(visible()).isEmpty();
        assertThat(claim(sink, owner(1))).isEmpty();
        sink.commit(batch(OUTPUT, 1, 0, 1, many));
        assertThat(visible()).hasSize(many).doesNotHaveDuplicates();
    }

    @Test
    public void required_sink_29_anotherCheckpointTakesItOverWhateverItsEpoch() throws Exception {
        Sink.Transactional old = sink();
        claim(old, owner(9));
        old.commit(batch(9, 1));
        Sink.Transactional begun = sink();
        assertThat(claim(begun, other(1))).isEqualTo(time(1));
        assertFenced(() -> old.commit(batch(9, 2)));
        assertVisible(1);
        begun.commit(batch(1, 2));
        assertVisible(1, 2);
        assertThat(look(sink(), owner(1)))
                .hasValueSatisfying(claim -> assertThat(claim.identity()).isEqualTo(OTHER_IDENTITY));
    }

    @Test
    public void required_sink_30_aClaimSaysWhichBatchIsTheLastAndLaterOnesAreTaken() throws Exception {
        Sink.Transactional old = sink();
        claim(old, owner(1));
        old.commit(batch(1, 1));
        old.commit(batch(1, 4));
        Sink.Transactional begun = sink();
        assertThat(begun.claim(other(1), look(begun, other(1)), time(1))).isTrue();
        assertThat(look(begun, other(1)).flatMap(SinkClaim::lastBatch)).isEqualTo(time(1));
        begun.commit(batch(1, 2));
        assertVisible(1, 2, 4);
        Sink.Transactional anew = sink();
        assertThat(anew.claim(owner(5), look(anew, owner(5)), Optional.empty())).isTrue();
        assertThat(look(anew, owner(5)).flatMap(SinkClaim::lastBatch)).isEmpty();
        anew.commit(batch(5, 0));
        assertVisible(0, 1, 2, 4);
    }

    @Test
    public void required_sink_31_ofSeveralThatClaimAtOnceOneDoes() throws Exception {
        Optional<SinkClaim> found = Optional.empty();
        for (int round = 1; round <= 5; round++) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            List<Future<Boolean>> both = new ArrayList<>();
            Optional<SinkClaim> before = found;
            try {
                CyclicBarrier begin = new CyclicBarrier(2);
                for (SinkOwner each : List.of(owner(round), other(round))) {
                    Sink.Transactional sink = sink();
                    both.add(threads.submit(() -> {
                        begin.await();
                        return sink.claim(each, before, Optional.empty());
                    }));
                }
            } finally {
                threads.shutdown();
            }
            boolean first = both.get(0).get();
            assertThat(both.get(1).get()).as("round %d", round).isEqualTo(!first);
            found = look(sink(), owner(round));
            assertThat(found.orElseThrow().identity()).isEqualTo(first ? IDENTITY : OTHER_IDENTITY);
        }
    }
}
