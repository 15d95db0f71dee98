// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.sink.Claimant.Standing;
import io.millrace.spi.sink.SinkClaim;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose claims a checkpoint replaces, by what its ledger knows. */
class ClaimantTest {
    private static final Optional<Instant> BATCH = Optional.of(Instant.ofEpochMilli(100));

    private final LedgerState ledger = new LedgerState();

    private void started(long epoch, String identity) {
        started(epoch, identity, Map.of());
    }

    private void started(long epoch, String identity, Map<String, String> over) {
        ledger.apply(new Fact.Started("p", epoch, 100, 0, identity, List.of(), over));
    }

    private void planned(long time) {
        ledger.apply(new Fact.BatchPlanned(time, List.of(), Map.of(), List.of(), time, Fact.BatchPlanned.NOT_KNOWN));
    }

    private void fromSavepoint(String identity) {
        LedgerState.Image image = ledger.image();
        ledger.apply(new Fact.Snapshot(image.as(identity)));
    }

    private Standing standing(long below, SinkClaim found) {
        return Claimant.of("p", "file:here", ledger, below, false).standing("out", Optional.of(found));
    }

    private static SinkClaim claim(String identity, long epoch) {
        return new SinkClaim(identity, epoch, BATCH, "the row");
    }

    private void refuses(long below, SinkClaim found, String... says) {
        assertThatThrownBy(() -> standing(below, found))
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FENCED))
                .hasMessageContainingAll(says);
    }

    @Test
    void ofOneCheckpointTheLaterStartHasIt() {
        started(1, "me");
        planned(100);
        assertThat(standing(2, claim("me", 1)))
                .isEqualTo(new Standing(Optional.of(claim("me", 1)), BATCH, Optional.empty()));
        refuses(2, claim("me", 2), "epoch 2", "it is a copy");
        refuses(2, claim("you", 1), "checkpoint you", "is me", "delete the row");
    }

    @Test
    void whatHasNoIdentityIsTheOwnOfACheckpointOfBefore() {
        started(4, "");
        planned(100);
        assertThat(standing(5, claim("", 4)).lastBatch()).isEqualTo(BATCH); // which is about to get one
        started(5, "me");
        assertThat(standing(6, claim("", 4)).lastBatch()).isEqualTo(BATCH); // and died before it could claim
        refuses(6, claim("", 6), "without an identity", "it is a copy");
        refuses(6, claim("you", 1), "checkpoint you");
    }

    @Test
    void whatHasNoIdentityIsNotThatOfOneThatWasBegunWithOne() {
        refuses(1, claim("", 4), "without an identity", "is another one");
        started(1, "me");
        refuses(2, claim("", 1), "without an identity", "is me");
    }

    @Test
    void aCheckpointOfASavepointReplacesWhatItFindsAndNothingElseLater() {
        started(7, "old");
        planned(100);
        fromSavepoint("me");
        assertThat(standing(1, claim("old", 7)).over()).contains("old");
        assertThat(standing(1, claim("", 7)).over()).contains("");
        assertThat(standing(1, claim("whoever", 9)).over()).contains("whoever");
        started(1, "me", Map.of("out", "old"));
        assertThat(standing(2, claim("old", 7)))
                .isEqualTo(new Standing(Optional.of(claim("old", 7)), BATCH, Optional.empty()));
        assertThat(standing(2, claim("me", 1)).lastBatch()).isEqualTo(BATCH);
        refuses(2, claim("whoever", 9), "checkpoint whoever");
        planned(200);
        assertThat(standing(2, claim("old", 7)).lastBatch()).isEqualTo(BATCH);
        refuses(2, claim("whoever", 9), "checkpoint whoever");
    }

    @Test
    void aCheckpointOfASavepointThatHasGoneOnReplacesNobodyAtANewOutput() {
        started(7, "old");
        planned(100);
        fromSavepoint("me");
        started(1, "me");
        planned(200);
        refuses(2, claim("old", 7), "checkpoint old", "is me");
    }

    @Test
    void aTargetThatNobodyClaimedIsNotReplacedUnlessFromASavepoint() {
        SinkClaim nobodys = claim("old", 0);
        assertThat(standing(1, nobodys).found()).isEmpty(); // begun anew
        started(7, "old");
        planned(100);
        assertThat(standing(8, nobodys).found()).isEmpty();
        fromSavepoint("me");
        assertThat(standing(1, nobodys).found()).contains(nobodys);
        assertThat(standing(1, nobodys).over()).contains("me");
    }
}
