// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.ledger.Fact.BatchCommitted;
import io.millrace.core.ledger.Fact.BatchPlanned;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.log.LogHandle;
import io.millrace.spi.wal.WalPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the facts so far add up to. The same facts in the same order give the same state, in this process or in the next.
 * Not thread-safe: the engine's thread owns it. It is long, since what one fact does to what others said is seen here and
 * nowhere else.
 */
public final class LedgerState {
    private final Map<String, Map<String, Position>> positions = new TreeMap<>();

    /** What was given away of them and holds still: an input may have a hundred thousand partitions, and most are at their end. */
    private final Map<String, Map<String, Position>> given = new HashMap<>();

    private final Map<String, Long> incarnations = new TreeMap<>();
    private final Set<String> moved = new TreeSet<>();
    private final Set<String> goneOn = new TreeSet<>();
    private final Map<Long, BlockAdded> waiting = new LinkedHashMap<>();
    private final TreeMap<Long, PlannedBatch> planned = new TreeMap<>();
    private final Map<String, StateHandles> states = new TreeMap<>();
    private final TreeMap<Long, Map<String, OutputPrepared>> unfinished = new TreeMap<>();
    private final Map<String, Long> leftBehind = new TreeMap<>();
    private final Set<String> declared = new TreeSet<>();
    private @Nullable String programId;
    private String identity = "";
    private Claims claims = Claims.NONE;
    private boolean declaresAnew;
    private boolean leavesBehind;
    private long nextBlock;
    private long lastPlanned = Long.MIN_VALUE;
    private long lastCommitted = Long.MIN_VALUE;
    private long batchInterval;
    private boolean closed;

    /** Takes a fact in. Throws {@link IllegalStateException} if it contradicts those before it. */
    public void apply(Fact fact) {
        closed = false;
        FactKinds.of(fact).apply(this, fact);
    }

    /** Says whether a block with these slices continues what is known, repeats it, or leaves a hole. */
    public Admission admission(String stream, long incarnation, List<PartitionSlice> slices) {
        if (incarnation < incarnations.getOrDefault(stream, 0L)) {
            return Admission.STALE;
        }
        Map<String, Position> known = positions.getOrDefault(stream, Map.of());
        for (PartitionSlice slice : slices) {
            Position position = known.get(slice.partition());
            if (position == null || !position.samePlace(slice.from())) {
                return Admission.GAP;
            }
        }
        return Admission.ADMITTED;
    }

    /** Whether a block may become a fact. */
    public enum Admission {
        /** It continues exactly where each of its partitions ended. */
        ADMITTED,
        /** It comes from a receiver that has been replaced: drop it. */
        STALE,
        /** Records would be missing or repeated: the receiver must start again from the known positions. */
        GAP
    }

    void start(Fact.Started started) {
        boolean getsIdentity =
                programId != null && identity.isEmpty() && !started.identity().isEmpty();
        claims = claims.started(started, getsIdentity);
        programId = started.programId();
        batchInterval = started.batchIntervalMillis();
        if (!started.identity().isEmpty()) {
            identity = started.identity();
            declared.clear();
            declared.addAll(started.states());
            declaresAnew = true;
            leavesBehind = true;
        }
    }

    void close() {
        closed = true;
        moved.removeAll(goneOn); // their sources are told how far
    }

    private Map<String, Position> changing(String stream) {
        given.remove(stream);
        return positions.computeIfAbsent(stream, s -> new TreeMap<>());
    }

    void begin(Fact.StreamBegun begun) {
        Map<String, Position> known = changing(begun.stream());
        begun.positions().forEach(known::putIfAbsent);
    }

    void forgetPartitions(Fact.PartitionsForgotten gone) {
        given.remove(gone.stream());
        positions.getOrDefault(gone.stream(), Map.of()).keySet().removeAll(gone.partitions());
    }

    void setPositions(Fact.PositionsSet set) {
        changing(set.stream()).putAll(set.positions());
        move(set.stream());
    }

    void forgetStates(Fact.StatesForgotten forgotten) {
        states.keySet().removeAll(forgotten.names());
        leftBehind.keySet().removeAll(forgotten.names());
    }

    void receiverStarted(Fact.ReceiverStarted receiver) {
        incarnations.merge(receiver.stream(), receiver.incarnation(), Math::max);
    }

    void addBlock(BlockAdded added) {
        waiting.put(added.id(), added);
        nextBlock = Math.max(nextBlock, added.id() + 1);
        Map<String, Position> known = changing(added.stream());
        added.slices().forEach(slice -> known.put(slice.partition(), slice.until()));
    }

    void plan(BatchPlanned plan) {
        if (plan.batchTime() <= lastPlanned) {
            throw new IllegalStateException(
                    "batch " + plan.batchTime() + " is planned after the later batch " + lastPlanned);
        }
        List<BlockAdded> blocks = new ArrayList<>(plan.blocks().size());
        for (Long id : plan.blocks()) {
            BlockAdded block = waiting.remove(id);
            if (block == null) {
                throw new IllegalStateException("batch " + plan.batchTime() + " reads block " + id
                        + ", which does not exist or belongs to another batch");
            }
            blocks.add(block);
        }
        plan.ranges().forEach((stream, ranges) -> advance(stream, ranges));
        lastPlanned = plan.batchTime();
        claims = claims.goneOn();
        planned.put(
                plan.batchTime(),
                new PlannedBatch(
                        plan.batchTime(), blocks, plan.ranges(), plan.outputs(), plan.plannedAt(), plan.pause()));
    }

    void gap(Fact.Gap gap) {
        Long batchTime = gap.batchTime();
        if (batchTime == null) {
            Map<String, Position> known = changing(gap.stream());
            gap.lost().forEach(range -> known.put(range.partition(), range.until()));
            move(gap.stream());
            return;
        }
        PlannedBatch batch = planned.get(batchTime);
        if (batch == null) {
            throw new IllegalStateException(
                    "records of batch " + batchTime + " are gone, which is not among those planned");
        }
        planned.put(batchTime, batch.without(gap.stream(), gap.remaining()));
    }

    private void move(String stream) {
        moved.add(stream);
        goneOn.remove(stream);
    }

    private void advance(String stream, List<OffsetRange> ranges) {
        Map<String, Position> known = changing(stream);
        for (OffsetRange range : ranges) {
            known.put(range.partition(), range.until());
        }
    }

    void commit(BatchCommitted commit) {
        Map.Entry<Long, PlannedBatch> first = planned.firstEntry();
        if (first == null || first.getKey() != commit.batchTime()) {
            throw new IllegalStateException("batch " + commit.batchTime() + " is committed, but the next to commit is "
                    + (first == null ? "none" : first.getKey()));
        }
        planned.remove(commit.batchTime());
        if (!moved.isEmpty()) {
            goneOn.addAll(first.getValue().streams());
        }
        if (declaresAnew) {
            declaresAnew = false;
            leftBehind.keySet().removeAll(declared); // whoever declares them again has agreed to what they lack
        }
        if (leavesBehind && commit.records() > 0) {
            leavesBehind = false;
            leaveBehind();
        }
        lastCommitted = commit.batchTime();
        for (StateWritten written : commit.states()) {
            states.computeIfAbsent(written.name(), s -> new StateHandles()).add(written);
        }
        commit.outputs().forEach(prepared -> unfinished(commit.batchTime(), prepared));
    }

    /** The first batch of a start that has read something goes beyond what the states are that it does not declare. */
    private void leaveBehind() {
        for (String state : states.keySet()) {
            if (!declared.contains(state) && !state.startsWith("#")) {
                leftBehind.putIfAbsent(state, lastCommitted);
            }
        }
    }

    private void unfinished(long batchTime, OutputPrepared prepared) {
        unfinished.computeIfAbsent(batchTime, time -> new LinkedHashMap<>()).put(prepared.output(), prepared);
    }

    void finalized(Fact.OutputFinalized done) {
        Map<String, OutputPrepared> ofBatch = unfinished.get(done.batchTime());
        if (ofBatch != null && ofBatch.remove(done.output()) != null && ofBatch.isEmpty()) {
            unfinished.remove(done.batchTime());
        }
    }

    /** The program that the ledger belongs to; null if it is new. */
    public @Nullable String programId() {
        return programId;
    }

    /** The random name of this checkpoint, which no other has; empty if it is of before there were any. */
    public String identity() {
        return identity;
    }

    /** What it knows of its claims to the targets of sinks. */
    public Claims claims() {
        return claims;
    }

    /** The batch interval of the last start, in milliseconds; 0 if there was none. */
    public long batchInterval() {
        return batchInterval;
    }

    /** Whether the last fact says that the program was stopped gracefully. */
    public boolean closed() {
        return closed;
    }

    /** Where to go on reading an input, by source partition. */
    public Map<String, Position> positions(String stream) {
        return given.computeIfAbsent(stream, s -> Map.copyOf(positions.getOrDefault(s, Map.of())));
    }

    /**
     * Whether something else than what was read has said where an input goes on: somebody, a savepoint, or a source that had
     * lost records. What the source was told before may then be further, until a batch has read on and the program was
     * stopped gracefully.
     */
    public boolean moved(String stream) {
        return moved.contains(stream);
    }

    /** The inputs that the ledger knows. */
    public Collection<String> streams() {
        return Collections.unmodifiableCollection(positions.keySet());
    }

    /** The number of the last start of an input's receiver. */
    public long incarnation(String stream) {
        return incarnations.getOrDefault(stream, 0L);
    }

    /** The id of the next block. */
    public long nextBlock() {
        return nextBlock;
    }

    /** The blocks that are in no batch yet, in the order in which they were added. */
    public Collection<BlockAdded> waiting() {
        return Collections.unmodifiableCollection(waiting.values());
    }

    /** The batches that are planned and not committed, by batch time. */
    public SortedMap<Long, PlannedBatch> planned() {
        return Collections.unmodifiableSortedMap(planned);
    }

    /** The inputs that are read by batches which are planned and not committed. */
    public SortedSet<String> plannedStreams() {
        SortedSet<String> streams = new TreeSet<>();
        planned.values().forEach(batch -> streams.addAll(batch.streams()));
        return streams;
    }

    /** The time of the last batch planned; {@link Long#MIN_VALUE} if there was none. */
    public long lastPlanned() {
        return lastPlanned;
    }

    /** The time of the last batch committed; {@link Long#MIN_VALUE} if there was none. */
    public long lastCommitted() {
        return lastCommitted;
    }

    /** What sinks prepared for committed batches and is not known to be visible, in the order of the commits. */
    public List<UnfinishedOutput> unfinished() {
        List<UnfinishedOutput> all = new ArrayList<>();
        unfinished.forEach(
                (time, outputs) -> outputs.values().forEach(prepared -> all.add(new UnfinishedOutput(time, prepared))));
        return all;
    }

    /** What to read to rebuild a state: in this order. */
    public List<LogHandle> stateHandles(String state) {
        StateHandles handles = states.get(state);
        return handles == null ? List.of() : handles.all();
    }

    /** Where in the state log the first entry is that a state needs; null if it has none. */
    public @Nullable WalPosition stateBegins(String state) {
        StateHandles handles = states.get(state);
        return handles == null ? null : handles.earliest();
    }

    /** How many bytes of a state's log have been written since its last snapshot, and how many that snapshot has. */
    public StateSize stateSize(String state) {
        StateHandles handles = states.get(state);
        return handles == null ? new StateSize(0, 0) : handles.size();
    }

    /** What a state is; null if it was last written before that was recorded. */
    public @Nullable StateDefinition definition(String state) {
        StateHandles handles = states.get(state);
        return handles == null ? null : handles.definition();
    }

    /**
     * The last batch that a state is of, though others were committed since by a program that did not declare it; null if
     * it is of the last batch, as far as is known.
     */
    public @Nullable Long leftBehind(String state) {
        return leftBehind.get(state);
    }

    /** The names of the states that the ledger knows. */
    public Collection<String> states() {
        return Collections.unmodifiableCollection(states.keySet());
    }

    /** The first place in the data log that is still needed; null if none is. */
    public @Nullable WalPosition dataNeeded() {
        WalPosition first = null;
        for (BlockAdded block : waiting.values()) {
            first = earlier(first, block.handle().at());
        }
        for (PlannedBatch batch : planned.values()) {
            for (BlockAdded block : batch.blocks()) {
                first = earlier(first, block.handle().at());
            }
        }
        return first;
    }

    /** The first place in the state log that is still needed; null if none is. */
    public @Nullable WalPosition stateNeeded() {
        WalPosition first = null;
        for (StateHandles handles : states.values()) {
            WalPosition begins = handles.earliest();
            first = begins == null ? first : earlier(first, begins);
        }
        return first;
    }

    private static WalPosition earlier(@Nullable WalPosition a, WalPosition b) {
        return a == null || b.compareTo(a) < 0 ? b : a;
    }

    /** All of this, immutable, for a {@link Fact.Snapshot}. */
    public Image image() {
        if (programId == null) {
            throw new IllegalStateException("a ledger without a start has no image");
        }
        Map<String, Map<String, Position>> positionsCopy = new TreeMap<>();
        positions.forEach((stream, known) -> positionsCopy.put(stream, Map.copyOf(known)));
        Map<String, StateImage> statesCopy = new TreeMap<>();
        states.forEach((name, handles) -> statesCopy.put(name, handles.image()));
        return new Image(
                programId,
                batchInterval,
                Map.copyOf(positionsCopy),
                Map.copyOf(incarnations),
                nextBlock,
                lastPlanned,
                lastCommitted,
                List.copyOf(waiting.values()),
                List.copyOf(planned.values()),
                Map.copyOf(statesCopy),
                List.copyOf(unfinished()),
                List.copyOf(moved),
                identity,
                List.copyOf(declared),
                Map.copyOf(leftBehind),
                claims);
    }

    void restore(Image image) {
        positions.clear();
        given.clear();
        image.positions().forEach((stream, known) -> positions.put(stream, new TreeMap<>(known)));
        incarnations.clear();
        incarnations.putAll(image.incarnations());
        waiting.clear();
        image.waiting().forEach(block -> waiting.put(block.id(), block));
        planned.clear();
        image.planned().forEach(batch -> planned.put(batch.batchTime(), batch));
        states.clear();
        image.states().forEach((name, state) -> states.put(name, new StateHandles(state)));
        unfinished.clear();
        image.unfinished().forEach(output -> unfinished(output.batchTime(), output.prepared()));
        moved.clear();
        goneOn.clear();
        moved.addAll(image.moved());
        identity = image.identity();
        claims = image.claims();
        declared.clear();
        declared.addAll(image.declared());
        declaresAnew = !identity.isEmpty();
        leavesBehind = declaresAnew;
        leftBehind.clear();
        leftBehind.putAll(image.leftBehind());
        programId = image.programId();
        batchInterval = image.batchInterval();
        nextBlock = image.nextBlock();
        lastPlanned = image.lastPlanned();
        lastCommitted = image.lastCommitted();
    }

    /** Refuses a ledger that another program wrote. */
    public void checkOwner(String expected, String place) {
        if (programId != null && !programId.equals(expected)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the checkpoint " + place + " belongs to program '" + programId + "', not to '" + expected
                            + "': use another checkpoint location, or the program id '" + programId + "'");
        }
    }

    /**
     * A batch whose input is fixed and which is not committed.
     *
     * @param plannedAt when that was decided, by the program's clock, in epoch milliseconds
     * @param pause by how many milliseconds less than batch time what is idle ages up to it; {@link BatchPlanned#NOT_KNOWN} in
     *     one of before that was recorded
     */
    public record PlannedBatch(
            long batchTime,
            List<BlockAdded> blocks,
            Map<String, List<OffsetRange>> ranges,
            List<String> outputs,
            long plannedAt,
            long pause) {
        public PlannedBatch {
            blocks = List.copyOf(blocks);
        }

        /** The inputs that it reads. */
        Set<String> streams() {
            Set<String> streams = new TreeSet<>(ranges.keySet());
            blocks.forEach(block -> streams.add(block.stream()));
            return streams;
        }

        /** The same batch, of which one input has become less. */
        PlannedBatch without(String stream, List<OffsetRange> remaining) {
            Map<String, List<OffsetRange>> less = new LinkedHashMap<>(ranges);
            if (remaining.isEmpty()) {
                less.remove(stream);
            } else {
                less.put(stream, remaining);
            }
            return new PlannedBatch(batchTime, blocks, less, outputs, plannedAt, pause);
        }
    }

    /** Bytes of a state in the state log. */
    public record StateSize(long snapshotBytes, long changeBytes) {}

    /** A state's handles and what it is, for an image. */
    public record StateImage(
            long snapshotBytes,
            long changeBytes,
            List<LogHandle> handles,
            @Nullable StateDefinition definition) {}

    /**
     * All that a ledger says.
     *
     * @param declared the states that the last start declared
     * @param leftBehind for those states that it did not declare, the last batch that they are of
     */
    public record Image(
            String programId,
            long batchInterval,
            Map<String, Map<String, Position>> positions,
            Map<String, Long> incarnations,
            long nextBlock,
            long lastPlanned,
            long lastCommitted,
            List<BlockAdded> waiting,
            List<PlannedBatch> planned,
            Map<String, StateImage> states,
            List<UnfinishedOutput> unfinished,
            List<String> moved,
            String identity,
            List<String> declared,
            Map<String, Long> leftBehind,
            Claims claims) {
        /** The same under another identity: what another checkpoint begins with, if this is a savepoint. */
        public Image as(String other) {
            return new Image(
                    programId,
                    batchInterval,
                    positions,
                    incarnations,
                    nextBlock,
                    lastPlanned,
                    lastCommitted,
                    waiting,
                    planned,
                    states,
                    unfinished,
                    moved,
                    other,
                    declared,
                    leftBehind,
                    Claims.OF_SAVEPOINT);
        }
    }

    /** What the sink of an output prepared for a committed batch. */
    public record UnfinishedOutput(long batchTime, OutputPrepared prepared) {}
}
