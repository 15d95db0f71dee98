// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.log.LogHandle;
import io.millrace.spi.wal.WalPosition;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FactCodecTest {
    static final int BATCH_PLANNED = 5;
    private static final int BATCH_COMMITTED = 6;
    private static final int CLOSED = 8;
    private static final LogHandle HANDLE = new LogHandle(new WalPosition(WalPosition.segment(3, 2), 4096), 777, -5);

    @Test
    void everyKindOfFactIsReadBackAsItWas() {
        List<Fact> facts = List.of(
                new Fact.Started("word-count", 3, 200, 1_700_000_000_000L, "", List.of()),
                new Fact.StreamBegun(
                        "lines", Map.of("lines-0", Position.of(5), "lines-1", new Position(-1, "shard@7"))),
                new Fact.PartitionsForgotten("lines", List.of("lines-1")),
                new Fact.ReceiverStarted("lines", 4),
                block(9),
                new Fact.BatchPlanned(
                        200,
                        List.of(9L),
                        Map.of("direct", List.of(new OffsetRange("d-0", Position.of(1), Position.of(3), 2))),
                        List.of("counts", "ids"),
                        200,
                        Fact.BatchPlanned.NOT_KNOWN),
                new Fact.Gap(
                        "direct",
                        200L,
                        List.of(new OffsetRange("d-0", Position.of(1), Position.of(2), 1)),
                        List.of(new OffsetRange("d-0", Position.of(2), Position.of(3), 1)),
                        1_700_000_000_000L),
                new Fact.Gap(
                        "direct",
                        null,
                        List.of(new OffsetRange("d-0", Position.of(3), Position.of(7), 4)),
                        List.of(),
                        1_700_000_000_000L),
                new Fact.BatchCommitted(
                        200, 1, 12, List.of(new Fact.StateWritten("totals", true, List.of(HANDLE, HANDLE)))),
                new Fact.BatchPlanned(
                        400, List.of(), Map.of(), List.of("files", "more"), 400, Fact.BatchPlanned.NOT_KNOWN),
                new Fact.BatchCommitted(
                        400,
                        0,
                        0,
                        List.of(),
                        List.of(prepared("files", 1, 2, 3), new Fact.OutputPrepared("more", List.of()))),
                new Fact.OutputFinalized(400, "more"),
                new Fact.Closed(1_700_000_000_001L),
                new Fact.PositionsSet("direct", Map.of("d-0", Position.of(1)), 1_700_000_000_002L));
        LedgerState state = new LedgerState();
        for (Fact fact : facts) {
            assertThat(roundTrip(fact)).isEqualTo(fact);
            state.apply(fact);
        }
        Fact.Snapshot snapshot = new Fact.Snapshot(state.image());
        assertThat(snapshot.image().moved()).containsExactly("direct");
        assertThat(roundTrip(snapshot)).isEqualTo(snapshot);
    }

    @Test
    void theTableHasEveryKindOnce() {
        assertThat(FactKinds.ALL.stream().<Class<?>>map(FactKind::of))
                .containsExactlyInAnyOrder(Fact.class.getPermittedSubclasses());
        assertThat(FactKinds.ALL)
                .extracting(kind -> kind.type() + " " + kind.of().getSimpleName())
                .as("a number that a kind once had is no other's")
                .containsExactly(
                        "1 Started",
                        "2 StreamBegun",
                        "3 ReceiverStarted",
                        "4 BlockAdded",
                        "5 BatchPlanned",
                        "6 BatchCommitted",
                        "7 Snapshot",
                        "8 Closed",
                        "12 OutputFinalized",
                        "13 Gap",
                        "14 PartitionsForgotten",
                        "15 PositionsSet",
                        "16 StatesForgotten");
    }

    @Test
    void theFormatOfAFactNeverChanges() {
        assertThat(HexFormat.of().formatHex(encode(block(9))))
                .isEqualTo("0109056c696e657302" + "828080808060" + "8020" + "8906" + "fffffffb" + "03" + "0a" + "14"
                        + "01" + "076c696e65732d30" + "0a00" + "1000" + "03");
    }

    @Test
    void whatSinksPreparedIsVersionTwoAndNothingElseChanges() {
        HexFormat hex = HexFormat.of();
        Fact.BatchCommitted without = new Fact.BatchCommitted(200, 1, 12, List.of());
        assertThat(hex.formatHex(encode(without))).isEqualTo("01" + "9003" + "01" + "0c" + "00");
        Fact.BatchCommitted with =
                new Fact.BatchCommitted(200, 1, 12, List.of(), List.of(prepared("files", 0xab, 0xcd)));
        assertThat(hex.formatHex(encode(with)))
                .isEqualTo("02" + "9003" + "01" + "0c" + "00" + "01" + "0566696c6573" + "01" + "02abcd");
        assertThat(hex.formatHex(encode(new Fact.OutputFinalized(200, "files"))))
                .isEqualTo("01" + "9003" + "0566696c6573");
        assertThat(FactCodec.type(new Fact.OutputFinalized(0, ""))).isEqualTo(12);
    }

    @Test
    void whatIsNotFinishedIsInASnapshotUntilItIs() {
        LedgerState state = new LedgerState();
        state.apply(new Fact.Started("p", 1, 200, 0, "", List.of()));
        state.apply(
                new Fact.BatchPlanned(200, List.of(), Map.of(), List.of("files"), 200, Fact.BatchPlanned.NOT_KNOWN));
        byte[] before = encode(new Fact.Snapshot(state.image()));
        state.apply(new Fact.BatchCommitted(200, 0, 0, List.of(), List.of(prepared("files", 7))));
        LedgerState restored = new LedgerState();
        restored.apply(roundTrip(new Fact.Snapshot(state.image())));
        assertThat(restored.unfinished()).containsExactly(new LedgerState.UnfinishedOutput(200, prepared("files", 7)));
        restored.apply(new Fact.OutputFinalized(200, "files"));
        restored.apply(new Fact.OutputFinalized(200, "files"));
        assertThat(restored.unfinished()).isEmpty();
        assertThat(before[0]).isEqualTo((byte) 1);
        assertThat(encode(new Fact.Snapshot(state.image()))[0]).isEqualTo((byte) 2);
        assertThat(encode(new Fact.Snapshot(restored.image()))[0]).isEqualTo((byte) 1);
    }

    @Test
    void whatCameWithIdentitiesIsAVersionOfItsOwnOfEachFact() {
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(encode(new Fact.Started("p", 3, 200, 1, "", List.of()))))
                .isEqualTo("01" + "0170" + "03" + "c801" + "02");
        assertThat(hex.formatHex(encode(new Fact.Started("p", 3, 200, 1, "me", List.of("a")))))
                .isEqualTo("02" + "0170" + "03" + "c801" + "02" + "026d65" + "01" + "0161" + "00");
        assertThat(hex.formatHex(encode(new Fact.Started("p", 3, 200, 1, "me", List.of(), Map.of("out", "it")))))
                .isEqualTo("02" + "0170" + "03" + "c801" + "02" + "026d65" + "00" + "01" + "036f7574" + "026974");
        assertThat(hex.formatHex(encode(block(9, 1)))).startsWith("02").endsWith("00" + "02");
        assertThat(hex.formatHex(encode(
                        new Fact.BatchPlanned(200, List.of(), Map.of(), List.of(), 200, Fact.BatchPlanned.NOT_KNOWN))))
                .isEqualTo("01" + "9003" + "00" + "00" + "00");
        assertThat(hex.formatHex(encode(new Fact.BatchPlanned(200, List.of(), Map.of(), List.of(), 205, 7))))
                .isEqualTo("02" + "9003" + "00" + "00" + "00" + "0a" + "08");
        StateDefinition window = new StateDefinition("window", Map.of("length", "400"));
        assertThat(hex.formatHex(encode(new Fact.BatchCommitted(
                        200, 1, 12, List.of(new Fact.StateWritten("w", true, List.of(), window))))))
                .isEqualTo("03" + "9003" + "01" + "0c" + "01" + "0177" + "03" + "0677696e646f77" + "01"
                        + "066c656e677468" + "03343030" + "00" + "00" + "00");
    }

    @Test
    void whatALaterVersionSaysByAReservedBitIsRefused() {
        byte[] layout =
                HexFormat.of().parseHex("03" + "9003" + "01" + "0c" + "01" + "0177" + "05" + "00" + "00" + "00");
        assertThatThrownBy(() -> FactCodec.decode(BATCH_COMMITTED, new ByteReader(layout)))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("state 'w'")
                .hasMessageContaining("flags 5");
        byte[] digests = HexFormat.of().parseHex("03" + "9003" + "01" + "0c" + "00" + "00" + "01");
        assertThatThrownBy(() -> FactCodec.decode(BATCH_COMMITTED, new ByteReader(digests)))
                .hasMessageContaining("batch committed")
                .hasMessageContaining("newer");
    }

    @Test
    void aSnapshotKeepsWhatCameWithIdentities() {
        StateDefinition window = new StateDefinition("window", Map.of("length", "400", "slide", "200"));
        LedgerState state = new LedgerState();
        state.apply(new Fact.Started("p", 1, 200, 0, "me", List.of("w", "old")));
        state.apply(block(1, 150));
        state.apply(new Fact.BatchPlanned(200, List.of(1L), Map.of(), List.of(), 207, Fact.BatchPlanned.NOT_KNOWN));
        state.apply(block(2, 350));
        state.apply(new Fact.BatchCommitted(
                200,
                0,
                0,
                List.of(
                        new Fact.StateWritten("w", true, List.of(HANDLE), window),
                        new Fact.StateWritten("old", true, List.of(HANDLE)))));
        state.apply(new Fact.Started("p", 2, 200, 0, "me", List.of("w")));
        state.apply(new Fact.BatchPlanned(400, List.of(2L), Map.of(), List.of(), 401, Fact.BatchPlanned.NOT_KNOWN));
        state.apply(new Fact.BatchCommitted(400, 0, 1, List.of()));
        state.apply(block(3, 550));
        state.apply(new Fact.BatchPlanned(600, List.of(3L), Map.of(), List.of(), 612, 300));
        state.apply(block(4, 650));
        Fact.Snapshot snapshot = new Fact.Snapshot(state.image());
        assertThat(encode(snapshot)[0]).isEqualTo((byte) 4);
        assertThat(roundTrip(snapshot)).isEqualTo(snapshot);
        LedgerState restored = new LedgerState();
        restored.apply(snapshot);
        assertThat(restored.image()).isEqualTo(state.image());
        assertThat(restored.identity()).isEqualTo("me");
        assertThat(restored.definition("w")).isEqualTo(window);
        assertThat(restored.definition("old")).isNull();
        assertThat(restored.leftBehind("old")).isEqualTo(200);
        assertThat(restored.leftBehind("w")).isNull();
    }

    @Test
    void theFormatOfAGapNeverChanges() {
        HexFormat hex = HexFormat.of();
        List<OffsetRange> lost = List.of(new OffsetRange("l-0", Position.of(1), Position.of(2), 1));
        assertThat(hex.formatHex(encode(new Fact.Gap("lines", 200L, lost, List.of(), 1))))
                .isEqualTo("01" + "056c696e6573" + "01" + "9003" + "01" + "036c2d30" + "0200" + "0400" + "01" + "00"
                        + "02");
        assertThat(hex.formatHex(encode(new Fact.Gap("lines", null, lost, List.of(), 1))))
                .isEqualTo("01" + "056c696e6573" + "00" + "01" + "036c2d30" + "0200" + "0400" + "01" + "00" + "02");
        assertThat(FactCodec.type(new Fact.Gap("", null, List.of(), List.of(), 0)))
                .isEqualTo(13);
    }

    @Test
    void aStreamIsMovedInSnapshotsUntilABatchHasReadOnAndTheProgramWasClosed() {
        LedgerState state = new LedgerState();
        state.apply(new Fact.Started("p", 1, 200, 0, "", List.of()));
        state.apply(new Fact.PositionsSet("lines", Map.of("l-0", Position.of(3)), 0));
        state.apply(new Fact.Closed(0));
        byte[] moved = encode(new Fact.Snapshot(state.image()));
        assertThat(moved[0]).isEqualTo((byte) 3);
        assertThat(HexFormat.of().formatHex(moved)).endsWith("00" + "01" + "056c696e6573");
        LedgerState restored = new LedgerState();
        restored.apply(roundTrip(new Fact.Snapshot(state.image())));
        assertThat(restored.moved("lines")).isTrue();
        restored.apply(new Fact.BatchPlanned(
                200,
                List.of(),
                Map.of("lines", List.of(new OffsetRange("l-0", Position.of(3), Position.of(4), 1))),
                List.of(),
                200,
                Fact.BatchPlanned.NOT_KNOWN));
        restored.apply(new Fact.BatchCommitted(200, 0, 1, List.of()));
        assertThat(restored.moved("lines")).isTrue();
        restored.apply(new Fact.Closed(0));
        assertThat(restored.moved("lines")).isFalse();
        assertThat(encode(new Fact.Snapshot(restored.image()))[0]).isEqualTo((byte) 1);
    }

    private static Fact.OutputPrepared prepared(String output, int... bytes) {
        byte[] committable = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            committable[i] = (byte) bytes[i];
        }
        return new Fact.OutputPrepared(output, List.of(new Committable(committable)));
    }

    @Test
    void aFactOfALaterVersionIsRefusedByName() {
        byte[] bytes = encode(new Fact.Closed(0));
        bytes[0] = 9;
        assertThatThrownBy(() -> FactCodec.decode(CLOSED, new ByteReader(bytes)))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("type 8, version 9")
                .hasMessageContaining("newer");
        assertThatThrownBy(() -> FactCodec.decode(99, new ByteReader(new byte[] {1})))
                .hasMessageContaining("type 99");
    }

    private static Fact.BlockAdded block(long id) {
        return new Fact.BlockAdded(
                id,
                "lines",
                2,
                HANDLE,
                3,
                5,
                10,
                List.of(new PartitionSlice("lines-0", Position.of(5), Position.of(8), 3)),
                Fact.BlockAdded.LONG_AGO);
    }

    private static Fact.BlockAdded block(long id, long arrived) {
        return new Fact.BlockAdded(id, "lines", 2, HANDLE, 0, -1, -1, List.of(), arrived);
    }

    private static Fact roundTrip(Fact fact) {
        return FactCodec.decode(FactCodec.type(fact), new ByteReader(encode(fact)));
    }

    private static byte[] encode(Fact fact) {
        ByteWriter out = new ByteWriter(16);
        FactCodec.encode(fact, out);
        return out.toByteArray();
    }
}
