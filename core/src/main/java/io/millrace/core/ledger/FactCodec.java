// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState.Image;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.ledger.LedgerState.StateImage;
import io.millrace.core.ledger.LedgerState.UnfinishedOutput;
import io.millrace.core.log.LogHandle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The durable form of facts ({@code docs/spec/ledger.md}): the log entry's type says the kind of fact, the payload is a
 * format version and the fields in order. A number once given to a kind is never used for another; a new field is a new
 * version of its kind, which readers of the old one refuse by name. It is long, since every version of every kind is read
 * here, and a format is checked by looking at what writes it beside what reads it.
 */
public final class FactCodec {
    static final int STARTED = 1;
    static final int STREAM_BEGUN = 2;
    static final int RECEIVER_STARTED = 3;
    static final int BLOCK_ADDED = 4;
    static final int BATCH_PLANNED = 5;
    static final int BATCH_COMMITTED = 6;
    /** The log entry type of {@link Fact.Snapshot}. */
    public static final int SNAPSHOT = 7;

    static final int CLOSED = 8;
    // 9 batch skipped, 10 batch abandoned, 11 output committed: reserved
    static final int OUTPUT_FINALIZED = 12;
    static final int GAP = 13;
    static final int PARTITIONS_FORGOTTEN = 14;
    static final int POSITIONS_SET = 15;
    static final int STATES_FORGOTTEN = 16;

    private static final int VERSION = 1;
    /** Of started: with an identity. Of block added: with its arrival. Of batch planned: with its moment. */
    private static final int SECOND = 2;
    /** Of batch committed and snapshot: with what sinks prepared. Written only where there is any. */
    private static final int WITH_OUTPUTS = 2;
    /** Of snapshot: with the inputs that somebody moved. Written only where there are any. */
    private static final int WITH_MOVED = 3;
    /** Of batch committed: with what states are. Written only where that is said. */
    private static final int WITH_DEFINITIONS = 3;
    /** Of snapshot: with all that facts of these versions say. Written only where one of them does. */
    private static final int WITH_IDENTITY = 4;

    private static final int IS_SNAPSHOT = 1;
    private static final int HAS_DEFINITION = 2;
    // 4 layout, 8 blobs: reserved

    private FactCodec() {}

    /** The log entry type of a fact. */
    public static int type(Fact fact) {
        if (fact instanceof Fact.Started) {
            return STARTED;
        } else if (fact instanceof Fact.StreamBegun) {
            return STREAM_BEGUN;
        } else if (fact instanceof Fact.ReceiverStarted) {
            return RECEIVER_STARTED;
        } else if (fact instanceof BlockAdded) {
            return BLOCK_ADDED;
        } else if (fact instanceof BatchPlanned) {
            return BATCH_PLANNED;
        } else if (fact instanceof BatchCommitted) {
            return BATCH_COMMITTED;
        } else if (fact instanceof Fact.Snapshot) {
            return SNAPSHOT;
        } else if (fact instanceof Fact.PartitionsForgotten) {
            return PARTITIONS_FORGOTTEN;
        } else if (fact instanceof Fact.PositionsSet) {
            return POSITIONS_SET;
        } else if (fact instanceof Fact.Gap) {
            return GAP;
        } else if (fact instanceof Fact.StatesForgotten) {
            return STATES_FORGOTTEN;
        } else if (fact instanceof Fact.OutputFinalized) {
            return OUTPUT_FINALIZED;
        } else {
            return CLOSED;
        }
    }

    /** Appends a fact's payload. */
    public static void encode(Fact fact, ByteWriter out) {
        int version = version(fact);
        out.writeByte(version);
        if (fact instanceof BlockAdded f) {
            block(f, out);
            if (version >= SECOND) {
                out.writeZigZag(f.arrived());
            }
        } else if (fact instanceof BatchPlanned f) {
            out.writeZigZag(f.batchTime());
            list(f.blocks(), out, (id, o) -> o.writeVarint(id));
            map(f.ranges(), out, (ranges, o) -> list(ranges, o, FactCodec::range));
            list(f.outputs(), out, (name, o) -> o.writeString(name));
            if (version >= SECOND) {
                moment(f.batchTime(), f.plannedAt(), f.pause(), out);
            }
        } else if (fact instanceof BatchCommitted f) {
            out.writeZigZag(f.batchTime());
            out.writeVarint(f.attempt());
            out.writeVarint(f.records());
            list(f.states(), out, (state, o) -> stateWritten(state, o, version));
            if (version >= WITH_OUTPUTS) {
                list(f.outputs(), out, FactCodec::outputPrepared);
            }
            if (version >= WITH_DEFINITIONS) {
                out.writeByte(0); // reserved
            }
        } else if (fact instanceof Fact.StreamBegun f) {
            out.writeString(f.stream());
            map(f.positions(), out, Position::encode);
        } else if (fact instanceof Fact.PartitionsForgotten f) {
            out.writeString(f.stream());
            list(f.partitions(), out, (partition, o) -> o.writeString(partition));
        } else if (fact instanceof Fact.PositionsSet f) {
            out.writeString(f.stream());
            map(f.positions(), out, Position::encode);
            out.writeZigZag(f.atMillis());
        } else if (fact instanceof Fact.Gap f) {
            Long batchTime = f.batchTime();
            out.writeString(f.stream());
            out.writeByte(batchTime == null ? 0 : 1);
            if (batchTime != null) {
                out.writeZigZag(batchTime);
            }
            list(f.lost(), out, FactCodec::range);
            list(f.remaining(), out, FactCodec::range);
            out.writeZigZag(f.atMillis());
        } else if (fact instanceof Fact.StatesForgotten f) {
            list(f.names(), out, (name, o) -> o.writeString(name));
        } else if (fact instanceof Fact.ReceiverStarted f) {
            out.writeString(f.stream());
            out.writeVarint(f.incarnation());
        } else if (fact instanceof Fact.Started f) {
            out.writeString(f.programId());
            out.writeVarint(f.epoch());
            out.writeVarint(f.batchIntervalMillis());
            out.writeZigZag(f.atMillis());
            if (version >= SECOND) {
                out.writeString(f.identity());
                list(f.states(), out, (name, o) -> o.writeString(name));
                map(f.over(), out, (identity, o) -> o.writeString(identity));
            }
        } else if (fact instanceof Fact.Snapshot f) {
            image(f.image(), out, version);
            if (version >= WITH_OUTPUTS) {
                list(f.image().unfinished(), out, FactCodec::unfinished);
            }
            if (version >= WITH_MOVED) {
                list(f.image().moved(), out, (name, o) -> o.writeString(name));
            }
            if (version >= WITH_IDENTITY) {
                out.writeString(f.image().identity());
                list(f.image().declared(), out, (name, o) -> o.writeString(name));
                map(f.image().leftBehind(), out, (time, o) -> o.writeZigZag(time));
                claims(f.image().claims(), out);
                out.writeByte(0); // reserved
            }
        } else if (fact instanceof Fact.OutputFinalized f) {
            out.writeZigZag(f.batchTime());
            out.writeString(f.output());
        } else if (fact instanceof Fact.Closed f) {
            out.writeZigZag(f.atMillis());
        }
    }

    /** What is written is read by every version that can make sense of it. */
    private static int version(Fact fact) {
        if (fact instanceof Fact.Snapshot snapshot) {
            return version(snapshot.image());
        } else if (fact instanceof BatchCommitted commit) {
            boolean definitions = commit.states().stream().anyMatch(state -> state.definition() != null);
            return definitions ? WITH_DEFINITIONS : commit.outputs().isEmpty() ? VERSION : WITH_OUTPUTS;
        }
        boolean second = (fact instanceof Fact.Started started
                        && !started.identity().isEmpty())
                || (fact instanceof BlockAdded block && block.arrived() != BlockAdded.LONG_AGO)
                || (fact instanceof BatchPlanned planned
                        && (planned.plannedAt() != planned.batchTime() || planned.pause() != BatchPlanned.NOT_KNOWN));
        return second ? SECOND : VERSION;
    }

    private static int version(Image image) {
        if (!image.identity().isEmpty()) {
            return WITH_IDENTITY; // nothing else of that version is in a ledger without one
        }
        return !image.moved().isEmpty() ? WITH_MOVED : image.unfinished().isEmpty() ? VERSION : WITH_OUTPUTS;
    }

    private static boolean known(int type, int version) {
        return switch (type) {
            case STARTED, BLOCK_ADDED, BATCH_PLANNED -> version == VERSION || version == SECOND;
            case BATCH_COMMITTED -> version >= VERSION && version <= WITH_DEFINITIONS;
            case SNAPSHOT -> version >= VERSION && version <= WITH_IDENTITY;
            case OUTPUT_FINALIZED, GAP, PARTITIONS_FORGOTTEN, POSITIONS_SET, STATES_FORGOTTEN -> version == VERSION;
            default -> type >= STARTED && type <= CLOSED && version == VERSION;
        };
    }

    /** Reads a fact. */
    public static Fact decode(int type, ByteReader in) {
        int version = in.readByte();
        if (!known(type, version)) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "the ledger holds a fact of type " + type + ", version " + version
                            + ", which this version of Millrace does not know: start the version that wrote it, or a newer"
                            + " one");
        }
        return switch (type) {
            case STARTED ->
                new Fact.Started(
                        in.readString(),
                        in.readVarint(),
                        in.readVarint(),
                        in.readZigZag(),
                        version >= SECOND ? in.readString() : "",
                        version >= SECOND ? list(in, ByteReader::readString) : List.of(),
                        version >= SECOND ? map(in, ByteReader::readString) : Map.of());
            case STREAM_BEGUN -> new Fact.StreamBegun(in.readString(), map(in, Position::decode));
            case RECEIVER_STARTED -> new Fact.ReceiverStarted(in.readString(), in.readVarint());
            case BLOCK_ADDED -> block(in, version >= SECOND);
            case BATCH_PLANNED -> {
                long batchTime = in.readZigZag();
                yield new BatchPlanned(
                        batchTime,
                        list(in, ByteReader::readVarint),
                        map(in, i -> list(i, FactCodec::range)),
                        list(in, ByteReader::readString),
                        version >= SECOND ? batchTime + in.readZigZag() : batchTime,
                        version >= SECOND ? in.readVarint() - 1 : BatchPlanned.NOT_KNOWN);
            }
            case BATCH_COMMITTED -> {
                BatchCommitted commit = new BatchCommitted(
                        in.readZigZag(),
                        in.readVarint32(),
                        in.readVarint(),
                        list(in, i -> stateWritten(i, version)),
                        version >= WITH_OUTPUTS ? list(in, FactCodec::outputPrepared) : List.of());
                if (version >= WITH_DEFINITIONS) {
                    reserved(in.readByte(), 0, "batch committed");
                }
                yield commit;
            }
            case SNAPSHOT -> new Fact.Snapshot(image(in, version));
            case OUTPUT_FINALIZED -> new Fact.OutputFinalized(in.readZigZag(), in.readString());
            case POSITIONS_SET -> new Fact.PositionsSet(in.readString(), map(in, Position::decode), in.readZigZag());
            case GAP ->
                new Fact.Gap(
                        in.readString(),
                        in.readByte() == 0 ? null : in.readZigZag(),
                        list(in, FactCodec::range),
                        list(in, FactCodec::range),
                        in.readZigZag());
            case STATES_FORGOTTEN -> new Fact.StatesForgotten(list(in, ByteReader::readString));
            case PARTITIONS_FORGOTTEN ->
                new Fact.PartitionsForgotten(in.readString(), list(in, ByteReader::readString));
            default -> new Fact.Closed(in.readZigZag());
        };
    }

    private static void block(BlockAdded block, ByteWriter out) {
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

    private static BlockAdded block(ByteReader in, boolean arrival) {
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

    private static void range(OffsetRange range, ByteWriter out) {
        out.writeString(range.partition());
        range.from().encode(out);
        range.until().encode(out);
        out.writeVarint(range.records());
    }

    private static OffsetRange range(ByteReader in) {
        return new OffsetRange(in.readString(), Position.decode(in), Position.decode(in), in.readVarint());
    }

    private static void stateWritten(StateWritten written, ByteWriter out, int version) {
        out.writeString(written.name());
        if (version >= WITH_DEFINITIONS) {
            flags(written.snapshot(), written.definition(), out);
        } else {
            out.writeByte(written.snapshot() ? 1 : 0);
        }
        list(written.handles(), out, LogHandle::encode);
    }

    private static StateWritten stateWritten(ByteReader in, int version) {
        String name = in.readString();
        int flags = in.readByte();
        if (version < WITH_DEFINITIONS) {
            return new StateWritten(name, flags == IS_SNAPSHOT, list(in, LogHandle::decode));
        }
        StateDefinition definition = definition(flags, in, name);
        return new StateWritten(name, (flags & IS_SNAPSHOT) != 0, list(in, LogHandle::decode), definition);
    }

    private static void flags(boolean snapshot, @Nullable StateDefinition definition, ByteWriter out) {
        out.writeByte((snapshot ? IS_SNAPSHOT : 0) | (definition == null ? 0 : HAS_DEFINITION));
        if (definition != null) {
            out.writeString(definition.kind());
            map(definition.parameters(), out, (value, o) -> o.writeString(value));
        }
    }

    private static @Nullable StateDefinition definition(int flags, ByteReader in, String state) {
        reserved(flags, IS_SNAPSHOT | HAS_DEFINITION, "state '" + state + "'");
        return (flags & HAS_DEFINITION) == 0
                ? null
                : new StateDefinition(in.readString(), map(in, ByteReader::readString));
    }

    /** Refuses what a later version says by a bit that has no meaning yet. */
    private static void reserved(int flags, int known, String what) {
        if ((flags & ~known) != 0) {
            throw unknown(flags, what);
        }
    }

    private static MillraceException unknown(int flags, String what) {
        return new MillraceException(
                ErrorCode.CORRUPT_DATA,
                "the ledger says of " + what + " what this version of Millrace does not know (flags " + flags
                        + "): start the version that wrote it, or a newer one");
    }

    private static void image(Image image, ByteWriter out, int version) {
        boolean all = version >= WITH_IDENTITY;
        out.writeString(image.programId());
        out.writeVarint(image.batchInterval());
        map(image.positions(), out, (positions, o) -> map(positions, o, Position::encode));
        map(image.incarnations(), out, (incarnation, o) -> o.writeVarint(incarnation));
        out.writeVarint(image.nextBlock());
        out.writeZigZag(image.lastPlanned());
        out.writeZigZag(image.lastCommitted());
        BiConsumer<BlockAdded, ByteWriter> blocks = (block, o) -> {
            block(block, o);
            if (all) {
                o.writeZigZag(block.arrived());
            }
        };
        list(image.waiting(), out, blocks);
        list(image.planned(), out, (batch, o) -> {
            o.writeZigZag(batch.batchTime());
            list(batch.blocks(), o, blocks);
            map(batch.ranges(), o, (ranges, p) -> list(ranges, p, FactCodec::range));
            list(batch.outputs(), o, (name, p) -> p.writeString(name));
            if (all) {
                moment(batch.batchTime(), batch.plannedAt(), batch.pause(), o);
            }
        });
        map(image.states(), out, (state, o) -> {
            o.writeVarint(state.snapshotBytes());
            o.writeVarint(state.changeBytes());
            if (all) {
                flags(false, state.definition(), o);
            }
            list(state.handles(), o, LogHandle::encode);
        });
    }

    private static Image image(ByteReader in, int version) {
        boolean all = version >= WITH_IDENTITY;
        Image image = new Image(
                in.readString(),
                in.readVarint(),
                map(in, i -> map(i, Position::decode)),
                map(in, ByteReader::readVarint),
                in.readVarint(),
                in.readZigZag(),
                in.readZigZag(),
                list(in, i -> block(i, all)),
                list(in, i -> plannedBatch(i, all)),
                map(in, i -> stateImage(i, all)),
                version >= WITH_OUTPUTS ? list(in, FactCodec::unfinished) : List.of(),
                version >= WITH_MOVED ? list(in, ByteReader::readString) : List.of(),
                all ? in.readString() : "",
                all ? list(in, ByteReader::readString) : List.of(),
                all ? map(in, ByteReader::readZigZag) : Map.of(),
                all ? claims(in) : Claims.NONE);
        if (all) {
            reserved(in.readByte(), 0, "a snapshot");
        }
        return image;
    }

    private static void claims(Claims claims, ByteWriter out) {
        out.writeVarint(claims.epoch());
        out.writeByte(claims.origin().code);
        map(claims.over(), out, (identity, o) -> o.writeString(identity));
    }

    private static Claims claims(ByteReader in) {
        long epoch = in.readVarint();
        int code = in.readByte();
        for (Claims.Origin origin : Claims.Origin.values()) {
            if (origin.code == code) {
                return new Claims(epoch, origin, map(in, ByteReader::readString));
            }
        }
        throw unknown(code, "what the checkpoint was begun from");
    }

    /** When a batch was planned and the pause before it, which is one more, so that what is not known is 0. */
    private static void moment(long batchTime, long plannedAt, long pause, ByteWriter out) {
        out.writeZigZag(plannedAt - batchTime);
        out.writeVarint(pause + 1);
    }

    private static PlannedBatch plannedBatch(ByteReader in, boolean moment) {
        long batchTime = in.readZigZag();
        return new PlannedBatch(
                batchTime,
                list(in, i -> block(i, moment)),
                map(in, i -> list(i, FactCodec::range)),
                list(in, ByteReader::readString),
                moment ? batchTime + in.readZigZag() : batchTime,
                moment ? in.readVarint() - 1 : BatchPlanned.NOT_KNOWN);
    }

    private static StateImage stateImage(ByteReader in, boolean flags) {
        long snapshotBytes = in.readVarint();
        long changeBytes = in.readVarint();
        StateDefinition definition = flags ? definition(in.readByte(), in, "in a snapshot") : null;
        return new StateImage(snapshotBytes, changeBytes, list(in, LogHandle::decode), definition);
    }

    private static void outputPrepared(OutputPrepared prepared, ByteWriter out) {
        out.writeString(prepared.output());
        list(prepared.committables(), out, (committable, o) -> o.writeBytes(committable.bytes()));
    }

    private static OutputPrepared outputPrepared(ByteReader in) {
        return new OutputPrepared(in.readString(), list(in, i -> new Committable(i.readBytes())));
    }

    private static void unfinished(UnfinishedOutput output, ByteWriter out) {
        out.writeZigZag(output.batchTime());
        outputPrepared(output.prepared(), out);
    }

    private static UnfinishedOutput unfinished(ByteReader in) {
        return new UnfinishedOutput(in.readZigZag(), outputPrepared(in));
    }

    private static <T> void list(List<T> values, ByteWriter out, BiConsumer<T, ByteWriter> encoder) {
        out.writeVarint(values.size());
        for (T value : values) {
            encoder.accept(value, out);
        }
    }

    private static <T> List<T> list(ByteReader in, Function<ByteReader, T> decoder) {
        int size = in.readVarint32();
        List<T> values = new ArrayList<>(Math.min(size, in.remaining()));
        for (int i = 0; i < size; i++) {
            values.add(decoder.apply(in));
        }
        return values;
    }

    /** Keys in order, so that the same fact always has the same bytes. */
    private static <T> void map(Map<String, T> values, ByteWriter out, BiConsumer<T, ByteWriter> encoder) {
        out.writeVarint(values.size());
        new TreeMap<>(values).forEach((key, value) -> {
            out.writeString(key);
            encoder.accept(value, out);
        });
    }

    private static <T> Map<String, T> map(ByteReader in, Function<ByteReader, T> decoder) {
        int size = in.readVarint32();
        Map<String, T> values = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            String key = in.readString();
            values.put(key, decoder.apply(in));
        }
        return values;
    }
}
