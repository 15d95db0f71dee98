// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.Position;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.LedgerState.Image;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.ledger.LedgerState.StateImage;
import io.millrace.core.ledger.LedgerState.UnfinishedOutput;
import io.millrace.core.log.LogHandle;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The fields of {@link Fact.Snapshot}, which says all that other facts say. */
final class SnapshotCodec {
    /** With what sinks prepared. Written only where there is any. */
    private static final int WITH_OUTPUTS = 2;
    /** With the inputs whose positions were set. Written only where there are any. */
    private static final int WITH_MOVED = 3;
    /** With all that facts of these versions say. Written only where one of them does. */
    static final int WITH_IDENTITY = 4;

    private SnapshotCodec() {}

    static int version(Image image) {
        if (!image.identity().isEmpty()) {
            return WITH_IDENTITY; // nothing else of that version is in a ledger without one
        }
        return !image.moved().isEmpty() ? WITH_MOVED : image.unfinished().isEmpty() ? 1 : WITH_OUTPUTS;
    }

    static void encode(Image image, int version, ByteWriter out) {
        boolean all = version >= WITH_IDENTITY;
        out.writeString(image.programId());
        out.writeVarint(image.batchInterval());
        FactFields.map(image.positions(), out, (positions, o) -> FactFields.map(positions, o, Position::encode));
        FactFields.map(image.incarnations(), out, (incarnation, o) -> o.writeVarint(incarnation));
        out.writeVarint(image.nextBlock());
        out.writeZigZag(image.lastPlanned());
        out.writeZigZag(image.lastCommitted());
        BiConsumer<BlockAdded, ByteWriter> blocks = (block, o) -> {
            FactFields.block(block, o);
            if (all) {
                o.writeZigZag(block.arrived());
            }
        };
        FactFields.list(image.waiting(), out, blocks);
        FactFields.list(image.planned(), out, (batch, o) -> {
            o.writeZigZag(batch.batchTime());
            FactFields.list(batch.blocks(), o, blocks);
            FactFields.map(batch.ranges(), o, (ranges, p) -> FactFields.list(ranges, p, FactFields::range));
            FactFields.list(batch.outputs(), o, (name, p) -> p.writeString(name));
            if (all) {
                FactFields.moment(batch.batchTime(), batch.plannedAt(), batch.pause(), o);
            }
        });
        FactFields.map(image.states(), out, (state, o) -> {
            o.writeVarint(state.snapshotBytes());
            o.writeVarint(state.changeBytes());
            if (all) {
                FactFields.flags(false, state.definition(), o);
            }
            FactFields.list(state.handles(), o, LogHandle::encode);
        });
        if (version >= WITH_OUTPUTS) {
            FactFields.list(image.unfinished(), out, SnapshotCodec::unfinished);
        }
        if (version >= WITH_MOVED) {
            FactFields.list(image.moved(), out, (name, o) -> o.writeString(name));
        }
        if (all) {
            out.writeString(image.identity());
            FactFields.list(image.declared(), out, (name, o) -> o.writeString(name));
            FactFields.map(image.leftBehind(), out, (time, o) -> o.writeZigZag(time));
            claims(image.claims(), out);
            out.writeByte(0); // reserved
        }
    }

    static Image decode(int version, ByteReader in) {
        boolean all = version >= WITH_IDENTITY;
        Image image = new Image(
                in.readString(),
                in.readVarint(),
                FactFields.map(in, i -> FactFields.map(i, Position::decode)),
                FactFields.map(in, ByteReader::readVarint),
                in.readVarint(),
                in.readZigZag(),
                in.readZigZag(),
                FactFields.list(in, i -> FactFields.block(i, all)),
                FactFields.list(in, i -> plannedBatch(i, all)),
                FactFields.map(in, i -> stateImage(i, all)),
                version >= WITH_OUTPUTS ? FactFields.list(in, SnapshotCodec::unfinished) : List.of(),
                version >= WITH_MOVED ? FactFields.list(in, ByteReader::readString) : List.of(),
                all ? in.readString() : "",
                all ? FactFields.list(in, ByteReader::readString) : List.of(),
                all ? FactFields.map(in, ByteReader::readZigZag) : Map.of(),
                all ? claims(in) : Claims.NONE);
        if (all) {
            FactFields.reserved(in.readByte(), 0, "a snapshot");
        }
        return image;
    }

    private static void claims(Claims claims, ByteWriter out) {
        out.writeVarint(claims.epoch());
        out.writeByte(claims.origin().code);
        FactFields.map(claims.over(), out, (identity, o) -> o.writeString(identity));
    }

    private static Claims claims(ByteReader in) {
        long epoch = in.readVarint();
        int code = in.readByte();
        for (Claims.Origin origin : Claims.Origin.values()) {
            if (origin.code == code) {
                return new Claims(epoch, origin, FactFields.map(in, ByteReader::readString));
            }
        }
        throw FactFields.unknown(code, "what the checkpoint was begun from");
    }

    private static PlannedBatch plannedBatch(ByteReader in, boolean moment) {
        long batchTime = in.readZigZag();
        return new PlannedBatch(
                batchTime,
                FactFields.list(in, i -> FactFields.block(i, moment)),
                FactFields.map(in, i -> FactFields.list(i, FactFields::range)),
                FactFields.list(in, ByteReader::readString),
                moment ? batchTime + in.readZigZag() : batchTime,
                moment ? in.readVarint() - 1 : BatchPlanned.NOT_KNOWN);
    }

    private static StateImage stateImage(ByteReader in, boolean flags) {
        long snapshotBytes = in.readVarint();
        long changeBytes = in.readVarint();
        StateDefinition definition = flags ? FactFields.definition(in.readByte(), in, "in a snapshot") : null;
        return new StateImage(snapshotBytes, changeBytes, FactFields.list(in, LogHandle::decode), definition);
    }

    private static void unfinished(UnfinishedOutput output, ByteWriter out) {
        out.writeZigZag(output.batchTime());
        FactFields.outputPrepared(output.prepared(), out);
    }

    private static UnfinishedOutput unfinished(ByteReader in) {
        return new UnfinishedOutput(in.readZigZag(), FactFields.outputPrepared(in));
    }
}
