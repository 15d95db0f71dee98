// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState.Admission;
import io.millrace.core.log.LogHandle;
import io.millrace.spi.wal.WalPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerStateTest {
    private final LedgerState state = new LedgerState();

    @Test
    void aStateIsLeftBehindByTheFirstBatchOfAStartThatDoesNotDeclareIt() {
        LedgerState state = new LedgerState();
        state.apply(new Fact.Started("p", 1, 100, 0, "me", List.of("t", "u")));
        state.apply(plan(100, List.of()));
        state.apply(commit(100, List.of(new StateWritten("t", false, List.of(handle(1))))));
        state.apply(new Fact.Started("p", 2, 100, 0, "me", List.of("u")));
        assertThat(state.leftBehind("t")).isNull(); // nothing went beyond it yet
        for (long time : new long[] {200, 300}) {
            state.apply(plan(time, List.of()));
            state.apply(commit(time, List.of(new StateWritten("u", false, List.of(handle(time))))));
        }
        assertThat(state.leftBehind("t")).isEqualTo(100);
        assertThat(state.leftBehind("u")).isNull();
        state.apply(new Fact.Started("p", 3, 100, 0, "me", List.of("t", "u")));
        assertThat(state.leftBehind("t")).isEqualTo(100);
        state.apply(plan(400, List.of()));
        state.apply(commit(400, List.of()));
        assertThat(state.leftBehind("t")).isNull(); // whoever declares it again has agreed to what it lacks
        state.apply(new Fact.Started("p", 4, 100, 0, "me", List.of()));
        state.apply(plan(500, List.of()));
        state.apply(commit(500, List.of()));
        state.apply(new Fact.StatesForgotten(List.of("t")));
        assertThat(state.leftBehind("t")).isNull();
        assertThat(state.leftBehind("u")).isEqualTo(400);
    }

    @Test
    void aBlockIsAdmittedOnlyWhereItsPartitionEnded() {
        state.apply(new Fact.StreamBegun("s", Map.of("p", Position.of(10))));
        assertThat(state.admission("s", 1, slices(10, 20))).isEqualTo(Admission.ADMITTED);
        state.apply(block(0, 10, 20));
        assertThat(state.admission("s", 1, slices(10, 20))).isEqualTo(Admission.GAP);
        assertThat(state.admission("s", 1, slices(21, 30))).isEqualTo(Admission.GAP);
        assertThat(state.admission("s", 1, slices(20, 30))).isEqualTo(Admission.ADMITTED);
    }

    @Test
    void aReceiverThatWasReplacedIsStale() {
        state.apply(new Fact.StreamBegun("s", Map.of("p", Position.of(0))));
        state.apply(new Fact.ReceiverStarted("s", 2));
        assertThat(state.admission("s", 1, slices(0, 5))).isEqualTo(Admission.STALE);
        assertThat(state.admission("s", 2, slices(0, 5))).isEqualTo(Admission.ADMITTED);
    }

    @Test
    void aPartitionThatNeverBeganIsAGap() {
        assertThat(state.admission("s", 1, slices(0, 5))).isEqualTo(Admission.GAP);
    }

    @Test
    void beginningDoesNotMoveAPartitionThatIsKnown() {
        state.apply(new Fact.StreamBegun("s", Map.of("p", Position.of(10))));
        state.apply(new Fact.StreamBegun("s", Map.of("p", Position.of(99), "q", Position.of(1))));
        assertThat(state.positions("s"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("p", Position.of(10), "q", Position.of(1)));
    }

    @Test
    void F10_aBlockBelongsToExactlyOneBatch() {
        state.apply(block(0, 0, 5));
        state.apply(plan(100, List.of(0L)));
        assertThat(state.waiting()).isEmpty();
        assertThatThrownBy(() -> state.apply(plan(200, List.of(0L))))
                .hasMessageContaining("block 0")
                .hasMessageContaining("another batch");
    }

    @Test
    void F11_aBatchMayHaveAHundredThousandBlocks() {
        state.apply(new Fact.Started("program", 1, 100, 0, "", List.of()));
        List<Long> blocks = new ArrayList<>();
        for (int id = 0; id < 100_000; id++) {
            state.apply(block(id, id, id + 1));
            blocks.add((long) id);
        }
        state.apply(plan(100, blocks));
        assertThat(state.waiting()).isEmpty();
        LedgerState restored = new LedgerState();
        restored.apply(new Fact.Snapshot(state.image()));
        assertThat(restored.image()).isEqualTo(state.image());
        restored.apply(commit(100, List.of()));
        assertThat(restored.dataNeeded()).isNull();
    }

    @Test
    void batchesArePlannedAndCommittedInOrder() {
        state.apply(plan(100, List.of()));
        state.apply(plan(200, List.of()));
        assertThatThrownBy(() -> state.apply(plan(200, List.of()))).hasMessageContaining("after the later batch 200");
        assertThatThrownBy(() -> state.apply(commit(200, List.of()))).hasMessageContaining("next to commit is 100");
        state.apply(commit(100, List.of()));
        assertThat(state.planned()).containsOnlyKeys(200L);
        assertThatThrownBy(() -> state.apply(commit(100, List.of()))).hasMessageContaining("next to commit is 200");
    }

    @Test
    void rangesMoveAStreamWhenTheyArePlanned() {
        state.apply(new Fact.StreamBegun("d", Map.of("d-0", Position.of(0))));
        state.apply(new BatchPlanned(
                100,
                List.of(),
                Map.of("d", List.of(new OffsetRange("d-0", Position.of(0), Position.of(50), 50))),
                List.of("o"),
                100,
                Fact.BatchPlanned.NOT_KNOWN));
        assertThat(state.positions("d")).containsEntry("d-0", Position.of(50));
    }

    @Test
    void aSnapshotOfAStateReplacesItsChanges() {
        state.apply(plan(100, List.of()));
        state.apply(commit(100, List.of(new StateWritten("t", false, List.of(handle(1))))));
        state.apply(plan(200, List.of()));
        state.apply(commit(200, List.of(new StateWritten("t", false, List.of(handle(2))))));
        assertThat(state.stateHandles("t")).containsExactly(handle(1), handle(2));
        assertThat(state.stateNeeded()).isEqualTo(handle(1).at());
        state.apply(plan(300, List.of()));
        state.apply(commit(300, List.of(new StateWritten("t", true, List.of(handle(3))))));
        assertThat(state.stateHandles("t")).containsExactly(handle(3));
        assertThat(state.stateNeeded()).isEqualTo(handle(3).at());
    }

    @Test
    void F15_dataIsNeededUntilItsBatchIsCommitted() {
        state.apply(block(7, 0, 5));
        assertThat(state.dataNeeded()).isEqualTo(handle(7).at());
        state.apply(plan(100, List.of(7L)));
        assertThat(state.dataNeeded()).isEqualTo(handle(7).at());
        state.apply(commit(100, List.of()));
        assertThat(state.dataNeeded()).isNull();
    }

    @Test
    void F13_aSnapshotFactHoldsEverything() {
        state.apply(new Fact.Started("p", 1, 100, 0, "", List.of()));
        state.apply(new Fact.StreamBegun("s", Map.of("p", Position.of(0))));
        state.apply(new Fact.ReceiverStarted("s", 3));
        state.apply(block(0, 0, 5));
        state.apply(block(1, 5, 9));
        state.apply(plan(100, List.of(0L)));
        LedgerState restored = new LedgerState();
        restored.apply(new Fact.Snapshot(state.image()));
        assertThat(restored.image()).isEqualTo(state.image());
        assertThat(restored.nextBlock()).isEqualTo(2);
        assertThat(restored.incarnation("s")).isEqualTo(3);
    }

    @Test
    void anotherProgramsLedgerIsRefused() {
        state.apply(new Fact.Started("mine", 1, 100, 0, "", List.of()));
        assertThatThrownBy(() -> state.checkOwner("yours", "file:///x"))
                .isInstanceOf(MillraceException.class)
                .hasMessage("the checkpoint file:///x belongs to program 'mine', not to 'yours': use another checkpoint"
                        + " location, or the program id 'mine'");
    }

    private static BlockAdded block(long id, long from, long until) {
        return new BlockAdded(id, "s", 1, handle(id), 5, 0, 0, slices(from, until), BlockAdded.LONG_AGO);
    }

    private static List<PartitionSlice> slices(long from, long until) {
        return List.of(new PartitionSlice("p", Position.of(from), Position.of(until), (int) (until - from)));
    }

    private static BatchPlanned plan(long time, List<Long> blocks) {
        return new BatchPlanned(time, blocks, Map.of(), List.of("o"), time, Fact.BatchPlanned.NOT_KNOWN);
    }

    private static BatchCommitted commit(long time, List<StateWritten> states) {
        return new BatchCommitted(time, 0, 5, states);
    }

    private static LogHandle handle(long offset) {
        return new LogHandle(new WalPosition(1, offset), 10, 0);
    }

    @Test
    void aCheckpointOfBeforeKnowsThatItIsAndOneOfASavepointUntilItHasPlannedABatch() {
        LedgerState before = new LedgerState();
        before.apply(new Fact.Started("p", 4, 100, 0, "", List.of()));
        assertThat(before.claims()).isEqualTo(Claims.NONE);
        before.apply(new Fact.Started("p", 5, 100, 0, "me", List.of()));
        before.apply(new Fact.Started("p", 6, 100, 0, "me", List.of()));
        assertThat(before.claims()).isEqualTo(new Claims(6, Claims.Origin.BEFORE, Map.of()));

        LedgerState begun = new LedgerState();
        begun.apply(new Fact.Snapshot(before.image().as("you")));
        assertThat(begun.claims()).isEqualTo(new Claims(0, Claims.Origin.SAVEPOINT, Map.of()));
        begun.apply(new Fact.Started("p", 1, 100, 0, "you", List.of(), Map.of("out", "me")));
        LedgerState again = new LedgerState();
        again.apply(new Fact.Snapshot(begun.image()));
        assertThat(again.claims()).isEqualTo(new Claims(1, Claims.Origin.SAVEPOINT, Map.of("out", "me")));
        again.apply(new Fact.BatchPlanned(100, List.of(), Map.of(), List.of(), 100, Fact.BatchPlanned.NOT_KNOWN));
        assertThat(again.claims()).isEqualTo(new Claims(1, Claims.Origin.ITSELF, Map.of("out", "me")));
    }
}
