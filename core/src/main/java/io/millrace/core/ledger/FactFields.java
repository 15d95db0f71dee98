// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.log.LogHandle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parts that facts consist of, as they are written and read: what writes each stands beside what reads it. */
final class FactFields {
    private static final int IS_SNAPSHOT = 1;
    private static final int HAS_DEFINITION = 2;
    // 4 layout, 8 blobs: reserved

    private FactFields() {}

    static void block(BlockAdded block, ByteWriter out) {
        out.writeVarint(block.id());
        out.writeString(block.stream());
        out.writeVarint(block.incarnation());
        block.handle().encode(out);
        out.writeVarint(block.records());
        out.writeZigZag(block.minTimestamp());
        out.writeZigZag(block.maxTimestamp());
        list(block.slices(), out, (slice, o) -> {
            o.writeString(slice.partition());
            slice.from().encode(o);
            slice.until().encode(o);
            o.writeVarint(slice.records());
        });
    }

    static BlockAdded block(ByteReader in, boolean arrival) {
        return new BlockAdded(
                in.readVarint(),
                in.readString(),
                in.readVarint(),
                LogHandle.decode(in),
                in.readVarint32(),
                in.readZigZag(),
                in.readZigZag(),
                list(
                        in,
                        i -> new PartitionSlice(
                                i.readString(), Position.decode(i), Position.decode(i), i.readVarint32())),
                arrival ? in.readZigZag() : BlockAdded.LONG_AGO);
    }

    static void range(OffsetRange range, ByteWriter out) {
        out.writeString(range.partition());
        range.from().encode(out);
        range.until().encode(out);
        out.writeVarint(range.records());
    }

    static OffsetRange range(ByteReader in) {
        return new OffsetRange(in.readString(), Position.decode(in), Position.decode(in), in.readVarint());
    }

    static void stateWritten(StateWritten written, ByteWriter out, boolean definitions) {
        out.writeString(written.name());
        if (definitions) {
            flags(written.snapshot(), written.definition(), out);
        } else {
            out.writeByte(written.snapshot() ? 1 : 0);
        }
        list(written.handles(), out, LogHandle::encode);
    }

    static StateWritten stateWritten(ByteReader in, boolean definitions) {
        String name = in.readString();
        int flags = in.readByte();
        if (!definitions) {
            return new StateWritten(name, flags == IS_SNAPSHOT, list(in, LogHandle::decode));
        }
        StateDefinition definition = definition(flags, in, name);
        return new StateWritten(name, (flags & IS_SNAPSHOT) != 0, list(in, LogHandle::decode), definition);
    }

    static void flags(boolean snapshot, @Nullable StateDefinition definition, ByteWriter out) {
        out.writeByte((snapshot ? IS_SNAPSHOT : 0) | (definition == null ? 0 : HAS_DEFINITION));
        if (definition != null) {
            out.writeString(definition.kind());
            map(definition.parameters(), out, (value, o) -> o.writeString(value));
        }
    }

    static @Nullable StateDefinition definition(int flags, ByteReader in, String state) {
        reserved(flags, IS_SNAPSHOT | HAS_DEFINITION, "state '" + state + "'");
        return (flags & HAS_DEFINITION) == 0
                ? null
                : new StateDefinition(in.readString(), map(in, ByteReader::readString));
    }

    /** Refuses what a later version says by a bit that has no meaning yet. */
    static void reserved(int flags, int known, String what) {
        if ((flags & ~known) != 0) {
            throw unknown(flags, what);
        }
    }

    static MillraceException unknown(int flags, String what) {
        return new MillraceException(
                ErrorCode.CORRUPT_DATA,
                "the ledger says of " + what + " what this version of Millrace does not know (flags " + flags
                        + "): start the version that wrote it, or a newer one");
    }

    /** When a batch was planned and the pause before it, which is one more, so that what is not known is 0. */
    static void moment(long batchTime, long plannedAt, long pause, ByteWriter out) {
        out.writeZigZag(plannedAt - batchTime);
        out.writeVarint(pause + 1);
    }

    static void outputPrepared(OutputPrepared prepared, ByteWriter out) {
        out.writeString(prepared.output());
        list(prepared.committables(), out, (committable, o) -> o.writeBytes(committable.bytes()));
    }

    static OutputPrepared outputPrepared(ByteReader in) {
        return new OutputPrepared(in.readString(), list(in, i -> new Committable(i.readBytes())));
    }

    static <T> void list(List<T> values, ByteWriter out, BiConsumer<T, ByteWriter> encoder) {
        out.writeVarint(values.size());
        for (T value : values) {
            encoder.accept(value, out);
        }
    }

    static <T> List<T> list(ByteReader in, Function<ByteReader, T> decoder) {
        int size = in.readVarint32();
        List<T> values = new ArrayList<>(Math.min(size, in.remaining()));
        for (int i = 0; i < size; i++) {
            values.add(decoder.apply(in));
        }
        return values;
    }

    /** Keys in order, so that the same fact always has the same bytes. */
    static <T> void map(Map<String, T> values, ByteWriter out, BiConsumer<T, ByteWriter> encoder) {
        out.writeVarint(values.size());
        new TreeMap<>(values).forEach((key, value) -> {
            out.writeString(key);
            encoder.accept(value, out);
        });
    }

    static <T> Map<String, T> map(ByteReader in, Function<ByteReader, T> decoder) {
        int size = in.readVarint32();
        Map<String, T> values = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            String key = in.readString();
            values.put(key, decoder.apply(in));
        }
        return values;
    }
}
