// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.EventTime;
import io.millrace.api.MillraceException;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.log.LogHandle;
import io.millrace.spi.wal.WalPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which states go on from what a checkpoint has, also where it does not say what kind of operator wrote it. */
class StoredStateTest {
    private final List<byte[]> log = new ArrayList<>();
    private final List<LogHandle> handles = new ArrayList<>();

    private static StateSpec<Object, Object> spec() {
        return erase(StateSpec.named("s", Codecs.STRING, Codecs.INT));
    }

    @SuppressWarnings("unchecked")
    private static StateSpec<Object, Object> erase(StateSpec<?, ?> spec) {
        return (StateSpec<Object, Object>) spec;
    }

    @SuppressWarnings("unchecked")
    private static Codec<Object> erase(Codec<?> codec) {
        return (Codec<Object>) codec;
    }

    private static State running() {
        return new RunningReduceState(spec(), (left, right) -> right);
    }

    private static State updated() {
        return new UpdateState(spec(), 1, (time, key, values, held) -> Optional.empty());
    }

    private static State window() {
        return new KeyWindowState("reduceByWindow", spec(), 4, 1, (left, right) -> right, null, null);
    }

    /** Appends a chunk of one entry; no value removes the key. */
    private void write(long time, String key, @Nullable Integer value) {
        ChunkWriter out = new ChunkWriter("s", erase(Codecs.STRING), erase(Codecs.INT), false, time);
        if (value == null) {
            out.remove(key);
        } else {
            out.put(key, value);
        }
        add(out);
    }

    private void add(ChunkWriter out) {
        for (StateChunk chunk : out.finish()) {
            handles.add(
                    new LogHandle(new WalPosition(1, log.size()), chunk.bytes().size(), 0));
            log.add(chunk.bytes().toByteArray());
        }
    }

    private void load(State state, @Nullable StateDefinition definition) {
        LedgerState ledger = new LedgerState();
        ledger.apply(new BatchPlanned(10, List.of(), Map.of(), List.of(), 10, BatchPlanned.NOT_KNOWN));
        ledger.apply(
                new BatchCommitted(10, 1, 0, List.of(new StateWritten("s", true, handles, definition)), List.of()));
        StoredState stored = StoredState.of(state, ledger);
        state.partition(2);
        stored.begin();
        for (LogHandle handle : stored.handles()) {
            state.load(new ByteReader(
                    stored.chunk(handle, log.get((int) handle.at().offset()))));
        }
        stored.end();
    }

    private void refused(State state, @Nullable StateDefinition definition, String before) {
        assertThatThrownBy(() -> load(state, definition))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("state 's' was kept by " + before + ", but the program declares it for "
                        + state.definition().kind());
    }

    @Test
    void totalsOfAWindowAreNoValues() {
        write(9, "a", 1);
        write(KeyWindowState.TOTALS, "a", 1);
        refused(running(), null, "reduceByKeyAndWindow or the like");
        refused(updated(), null, "reduceByKeyAndWindow or the like");
        assertThatCode(() -> load(window(), null)).doesNotThrowAnyException();
    }

    @Test
    void aSnapshotOfTwoPartitionsOfAWindowGoesBackInTime() {
        write(8, "a", 1);
        write(9, "a", 2);
        write(8, "b", 1);
        refused(running(), null, "reduceByKeyAndWindow or the like");
        assertThatCode(() -> load(window(), null)).doesNotThrowAnyException();
    }

    @Test
    void aWindowRemovesNoKeyFromABatch() {
        write(8, "a", 1);
        write(9, "a", null);
        refused(window(), null, "runningReduce or updateStateByKey");
        assertThatCode(() -> load(updated(), null)).doesNotThrowAnyException();
        assertThatCode(() -> load(running(), null)).doesNotThrowAnyException();
    }

    @Test
    void codecsOfItsOwnTellWhatAStateIs() {
        add(chunk(Codecs.STRING, new Held.HeldCodec(erase(Codecs.INT)), "a", new Held(1, 9)));
        refused(running(), null, "mapWithState");
        log.clear();
        handles.clear();
        add(chunk(Codecs.STRING, new Span.SpansCodec(erase(Codecs.INT)), "a", List.of()));
        refused(window(), null, "reduceByKeyAndEventTime");
    }

    private static ChunkWriter chunk(Codec<?> keys, Codec<?> values, Object key, Object value) {
        ChunkWriter out = new ChunkWriter("s", erase(keys), erase(values), false, 9);
        out.put(key, value);
        return out;
    }

    @Test
    void whatIsRecordedCountsBeforeAnythingElse() {
        write(9, "a", 1);
        refused(running(), new StateDefinition("countByWindow", Map.of()), "countByWindow");
        refused(window(), new StateDefinition("runningReduce", Map.of()), "runningReduce");
        refused(running(), new StateDefinition("of a later version", Map.of()), "of a later version");
        load(running(), new StateDefinition("updateStateByKey", Map.of()));
        load(window(), new StateDefinition("groupByKeyAndWindow", Map.of()));
    }

    @Test
    void verifySaysThatWindowsOverEventTimeAreOthersNow() {
        assertThat(sessions(30).changes(sessions(30).definition())).isEmpty();
        assertThat(sessions(30).changes(null)).isEmpty();
        assertThat(sessions(30).changes(sessions(10).definition()))
                .singleElement()
                .asString()
                .contains("gap=30000", "gap=10000", "end no earlier");
    }

    private static State sessions(int seconds) {
        EventTime<Object> time = EventTime.session(Duration.ofSeconds(seconds), value -> Instant.EPOCH);
        return new EventTimeState(spec(), 1, time, value -> value, (left, right) -> right);
    }

    @Test
    void anOperatorWithoutAKindIsRefusedBeforeItStoresAnything() {
        State unknown = new KeyWindowState("other", spec(), 4, 1, (left, right) -> right, null, null);
        assertThatThrownBy(() -> new States(List.of(unknown), State::name, new Accumulators()))
                .hasMessageContaining("'other'");
    }
}
