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
    private static final LogHandle HANDLE = new LogHandle(new WalPosition(WalPosition.segment(3, 2), 4096), 777, -5);

    @Test
    void everyKindOfFactIsReadBackAsItWas() {
        List<Fact> facts = List.of(
                new Fact.Started("word-count", 3, 200, 1_700_000_000_000L),
                new Fact.StreamBegun(
                        "lines", Map.of("lines-0", Position.of(5), "lines-1", new Position(-1, "shard@7"))),
                new Fact.PartitionsForgotten("lines", List.of("lines-1")),
                new Fact.ReceiverStarted("lines", 4),
                block(9),
                new Fact.BatchPlanned(
                        200,
                        List.of(9L),
                        Map.of("direct", List.of(new OffsetRange("d-0", Position.of(1), Position.of(3), 2))),
                        List.of("counts", "ids")),
                new Fact.BatchCommitted(
                        200, 1, 12, List.of(new Fact.StateWritten("totals", true, List.of(HANDLE, HANDLE)))),
                new Fact.Closed(1_700_000_000_001L));
        LedgerState state = new LedgerState();
        for (Fact fact : facts) {
            assertThat(roundTrip(fact)).isEqualTo(fact);
            state.apply(fact);
        }
        Fact.Snapshot snapshot = new Fact.Snapshot(state.image());
        assertThat(roundTrip(snapshot)).isEqualTo(snapshot);
    }

    @Test
    void theFormatOfAFactNeverChanges() {
        assertThat(HexFormat.of().formatHex(encode(block(9))))
                .isEqualTo("0109056c696e657302" + "828080808060" + "8020" + "8906" + "fffffffb" + "03" + "0a" + "14"
                        + "01" + "076c696e65732d30" + "0a00" + "1000" + "03");
    }

    @Test
    void aFactOfALaterVersionIsRefusedByName() {
        byte[] bytes = encode(new Fact.Closed(0));
        bytes[0] = 9;
        assertThatThrownBy(() -> FactCodec.decode(FactCodec.CLOSED, new ByteReader(bytes)))
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
                List.of(new PartitionSlice("lines-0", Position.of(5), Position.of(8), 3)));
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
