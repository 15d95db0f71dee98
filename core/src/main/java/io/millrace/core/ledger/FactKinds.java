// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import static io.millrace.core.ledger.FactFields.list;
import static io.millrace.core.ledger.FactFields.map;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.Position;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.Fact.Closed;
import io.millrace.core.ledger.Fact.Gap;
import io.millrace.core.ledger.Fact.OutputFinalized;
import io.millrace.core.ledger.Fact.PartitionsForgotten;
import io.millrace.core.ledger.Fact.PositionsSet;
import io.millrace.core.ledger.Fact.ReceiverStarted;
import io.millrace.core.ledger.Fact.Snapshot;
import io.millrace.core.ledger.Fact.Started;
import io.millrace.core.ledger.Fact.StatesForgotten;
import io.millrace.core.ledger.Fact.StreamBegun;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All kinds of facts in one table: the number, the class, the versions, what writes and reads the fields, and what a fact
 * does to the ledger's state. A kind that is not here cannot be written. A new field is a new version of its kind, which
 * older readers refuse by name. The numbers 9 (batch skipped), 10 (batch abandoned) and 11 (output committed) are reserved.
 */
final class FactKinds {
    /** Of started: with an identity. Of block added: with its arrival. Of batch planned: with its moment. */
    private static final int SECOND = 2;
    /** Of batch committed: with what sinks prepared. Written only where there is any. */
    private static final int WITH_OUTPUTS = 2;
    /** Of batch committed: with what states are. Written only where that is said. */
    private static final int WITH_DEFINITIONS = 3;

    static final List<FactKind<?>> ALL = List.of(
            versioned(
                    1,
                    Started.class,
                    SECOND,
                    FactKinds::version,
                    FactKinds::started,
                    FactKinds::started,
                    LedgerState::start),
            kind(
                    2,
                    StreamBegun.class,
                    (fact, out) -> {
                        out.writeString(fact.stream());
                        map(fact.positions(), out, Position::encode);
                    },
                    in -> new StreamBegun(in.readString(), map(in, Position::decode)),
                    LedgerState::begin),
            kind(
                    3,
                    ReceiverStarted.class,
                    (fact, out) -> {
                        out.writeString(fact.stream());
                        out.writeVarint(fact.incarnation());
                    },
                    in -> new ReceiverStarted(in.readString(), in.readVarint()),
                    LedgerState::receiverStarted),
            versioned(
                    4,
                    BlockAdded.class,
                    SECOND,
                    fact -> fact.arrived() == BlockAdded.LONG_AGO ? 1 : SECOND,
                    FactKinds::blockAdded,
                    (version, in) -> FactFields.block(in, version >= SECOND),
                    LedgerState::addBlock),
            versioned(
                    5,
                    BatchPlanned.class,
                    SECOND,
                    FactKinds::version,
                    FactKinds::planned,
                    FactKinds::planned,
                    LedgerState::plan),
            versioned(
                    6,
                    BatchCommitted.class,
                    WITH_DEFINITIONS,
                    FactKinds::version,
                    FactKinds::committed,
                    FactKinds::committed,
                    LedgerState::commit),
            versioned(
                    FactCodec.SNAPSHOT,
                    Snapshot.class,
                    SnapshotCodec.WITH_IDENTITY,
                    fact -> SnapshotCodec.version(fact.image()),
                    (fact, version, out) -> SnapshotCodec.encode(fact.image(), version, out),
                    (version, in) -> new Snapshot(SnapshotCodec.decode(version, in)),
                    (state, fact) -> state.restore(fact.image())),
            kind(
                    8,
                    Closed.class,
                    (fact, out) -> out.writeZigZag(fact.atMillis()),
                    in -> new Closed(in.readZigZag()),
                    (state, fact) -> state.close()),
            kind(
                    12,
                    OutputFinalized.class,
                    (fact, out) -> {
                        out.writeZigZag(fact.batchTime());
                        out.writeString(fact.output());
                    },
                    in -> new OutputFinalized(in.readZigZag(), in.readString()),
                    LedgerState::finalized),
            kind(13, Gap.class, FactKinds::gap, FactKinds::gap, LedgerState::gap),
            kind(
                    14,
                    PartitionsForgotten.class,
                    (fact, out) -> {
                        out.writeString(fact.stream());
                        list(fact.partitions(), out, (partition, o) -> o.writeString(partition));
                    },
                    in -> new PartitionsForgotten(in.readString(), list(in, ByteReader::readString)),
                    LedgerState::forgetPartitions),
            kind(
                    15,
                    PositionsSet.class,
                    (fact, out) -> {
                        out.writeString(fact.stream());
                        map(fact.positions(), out, Position::encode);
                        out.writeZigZag(fact.atMillis());
                    },
                    in -> new PositionsSet(in.readString(), map(in, Position::decode), in.readZigZag()),
                    LedgerState::setPositions),
            kind(
                    16,
                    StatesForgotten.class,
                    (fact, out) -> list(fact.names(), out, (name, o) -> o.writeString(name)),
                    in -> new StatesForgotten(list(in, ByteReader::readString)),
                    LedgerState::forgetStates));

    private static final Map<Integer, FactKind<?>> BY_TYPE =
            ALL.stream().collect(Collectors.toUnmodifiableMap(FactKind::type, kind -> kind));
    private static final Map<Class<?>, FactKind<?>> BY_CLASS =
            ALL.stream().collect(Collectors.toUnmodifiableMap(FactKind::of, kind -> kind));

    private FactKinds() {}

    /** The kind of a number; null if this version of Millrace knows none. */
    static @Nullable FactKind<?> of(int type) {
        return BY_TYPE.get(type);
    }

    /** The kind of a fact. Throws {@link IllegalStateException} for a class that is not in the table. */
    static FactKind<?> of(Fact fact) {
        FactKind<?> kind = BY_CLASS.get(fact.getClass());
        if (kind == null) {
            throw new IllegalStateException("no kind of fact is known for " + fact.getClass());
        }
        return kind;
    }

    /** A kind of which there is one version. */
    private static <F extends Fact> FactKind<F> kind(
            int type,
            Class<F> of,
            BiConsumer<F, ByteWriter> encoder,
            Function<ByteReader, F> decoder,
            BiConsumer<LedgerState, F> effect) {
        return versioned(
                type,
                of,
                1,
                fact -> 1,
                (fact, version, out) -> encoder.accept(fact, out),
                (version, in) -> decoder.apply(in),
                effect);
    }

    private static <F extends Fact> FactKind<F> versioned(
            int type,
            Class<F> of,
            int newest,
            ToIntFunction<F> version,
            FactKind.Encoder<F> encoder,
            FactKind.Decoder<F> decoder,
            BiConsumer<LedgerState, F> effect) {
        return new FactKind<>(type, of, newest, version, encoder, decoder, effect);
    }

    private static int version(Started fact) {
        return fact.identity().isEmpty() ? 1 : SECOND;
    }

    private static void started(Started fact, int version, ByteWriter out) {
        out.writeString(fact.programId());
        out.writeVarint(fact.epoch());
        out.writeVarint(fact.batchIntervalMillis());
        out.writeZigZag(fact.atMillis());
        if (version >= SECOND) {
            out.writeString(fact.identity());
            list(fact.states(), out, (name, o) -> o.writeString(name));
            map(fact.over(), out, (identity, o) -> o.writeString(identity));
        }
    }

    private static Started started(int version, ByteReader in) {
        return new Started(
                in.readString(),
                in.readVarint(),
                in.readVarint(),
                in.readZigZag(),
                version >= SECOND ? in.readString() : "",
                version >= SECOND ? list(in, ByteReader::readString) : List.of(),
                version >= SECOND ? map(in, ByteReader::readString) : Map.of());
    }

    private static void blockAdded(BlockAdded fact, int version, ByteWriter out) {
        FactFields.block(fact, out);
        if (version >= SECOND) {
            out.writeZigZag(fact.arrived());
        }
    }

    private static int version(BatchPlanned fact) {
        return fact.plannedAt() == fact.batchTime() && fact.pause() == BatchPlanned.NOT_KNOWN ? 1 : SECOND;
    }

    private static void planned(BatchPlanned fact, int version, ByteWriter out) {
        out.writeZigZag(fact.batchTime());
        list(fact.blocks(), out, (id, o) -> o.writeVarint(id));
        map(fact.ranges(), out, (ranges, o) -> list(ranges, o, FactFields::range));
        list(fact.outputs(), out, (name, o) -> o.writeString(name));
        if (version >= SECOND) {
            FactFields.moment(fact.batchTime(), fact.plannedAt(), fact.pause(), out);
        }
    }

    private static BatchPlanned planned(int version, ByteReader in) {
        long batchTime = in.readZigZag();
        return new BatchPlanned(
                batchTime,
                list(in, ByteReader::readVarint),
                map(in, i -> list(i, FactFields::range)),
                list(in, ByteReader::readString),
                version >= SECOND ? batchTime + in.readZigZag() : batchTime,
                version >= SECOND ? in.readVarint() - 1 : BatchPlanned.NOT_KNOWN);
    }

    /** What is written is read by every version that can make sense of it. */
    private static int version(BatchCommitted fact) {
        boolean definitions = fact.states().stream().anyMatch(state -> state.definition() != null);
        return definitions ? WITH_DEFINITIONS : fact.outputs().isEmpty() ? 1 : WITH_OUTPUTS;
    }

    private static void committed(BatchCommitted fact, int version, ByteWriter out) {
        out.writeZigZag(fact.batchTime());
        out.writeVarint(fact.attempt());
        out.writeVarint(fact.records());
        list(fact.states(), out, (state, o) -> FactFields.stateWritten(state, o, version >= WITH_DEFINITIONS));
        if (version >= WITH_OUTPUTS) {
            list(fact.outputs(), out, FactFields::outputPrepared);
        }
        if (version >= WITH_DEFINITIONS) {
            out.writeByte(0); // reserved
        }
    }

    private static BatchCommitted committed(int version, ByteReader in) {
        BatchCommitted fact = new BatchCommitted(
                in.readZigZag(),
                in.readVarint32(),
                in.readVarint(),
                list(in, i -> FactFields.stateWritten(i, version >= WITH_DEFINITIONS)),
                version >= WITH_OUTPUTS ? list(in, FactFields::outputPrepared) : List.of());
        if (version >= WITH_DEFINITIONS) {
            FactFields.reserved(in.readByte(), 0, "batch committed");
        }
        return fact;
    }

    private static void gap(Gap fact, ByteWriter out) {
        Long batchTime = fact.batchTime();
        out.writeString(fact.stream());
        out.writeByte(batchTime == null ? 0 : 1);
        if (batchTime != null) {
            out.writeZigZag(batchTime);
        }
        list(fact.lost(), out, FactFields::range);
        list(fact.remaining(), out, FactFields::range);
        out.writeZigZag(fact.atMillis());
    }

    private static Gap gap(ByteReader in) {
        return new Gap(
                in.readString(),
                in.readByte() == 0 ? null : in.readZigZag(),
                list(in, FactFields::range),
                list(in, FactFields::range),
                in.readZigZag());
    }
}
