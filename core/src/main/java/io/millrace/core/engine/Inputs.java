// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.source.OffsetRange;
import io.millrace.core.block.BlockReader;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.plan.TaskInput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All inputs of a program, as a batch sees them. Used by the engine's thread. */
final class Inputs {
    private final Ledger ledger;
    private final ReceiverInputs receivers;
    private final List<DirectInput> direct;
    private final BlockCache cache;
    private final long maxBytes;

    /**
     * The inputs.
     *
     * @param maxBytes how many bytes of blocks a batch takes
     */
    Inputs(Ledger ledger, ReceiverInputs receivers, List<DirectInput> direct, BlockCache cache, long maxBytes) {
        this.ledger = ledger;
        this.receivers = receivers;
        this.direct = List.copyOf(direct);
        this.cache = cache;
        this.maxBytes = maxBytes;
    }

    /**
     * Records where reading begins, for inputs that are new, and what sources no longer have.
     *
     * @return the latter
     */
    List<Fact.Gap> begin(long now) {
        List<Fact.Gap> gaps = new ArrayList<>();
        direct.forEach(input -> gaps.addAll(input.begin(ledger, now)));
        return gaps;
    }

    /**
     * The blocks that wait, of inputs that are declared, and had arrived by a time: the first ones, as far as a batch takes
     * them.
     *
     * @param future beyond which no arrival can be: a later one is by a clock that was set back since, and counts as past
     */
    List<Long> blocks(long by, long future) {
        List<Long> ids = new ArrayList<>();
        long bytes = 0;
        for (BlockAdded block : ledger.state().waiting()) {
            if (receivers.has(block.stream()) && (block.arrived() <= by || block.arrived() > future)) {
                bytes += block.handle().length();
                if (bytes > maxBytes && !ids.isEmpty()) {
                    break;
                }
                ids.add(block.id());
            }
        }
        return ids;
    }

    /** How many bytes of blocks a batch takes. */
    static long bytes(PlannedBatch batch) {
        return batch.blocks().stream()
                .mapToLong(block -> block.handle().length())
                .sum();
    }

    /**
     * What to know of a batch that was planned when batches took more: its blocks are read one after another, so that it
     * needs no more memory than others unless an operator or an output holds all of it.
     */
    Optional<String> tooLarge(PlannedBatch batch) {
        long bytes = bytes(batch);
        return bytes <= maxBytes || batch.blocks().size() == 1
                ? Optional.empty()
                : Optional.of("batch " + Instant.ofEpochMilli(batch.batchTime()) + " was planned with " + bytes
                        + " bytes of blocks, and batches take " + maxBytes + " now ("
                        + EngineOptions.BATCH_MAX_BYTES.key()
                        + "); it is run as it was planned, block by block. If an operator or an output holds all of it, it"
                        + " may need a heap of " + 8 * bytes + " bytes (-Xmx)");
    }

    /** How many batches it takes for the blocks that wait and had arrived by a time; 0 if there are none. */
    long batches(long by) {
        long bytes = 0;
        for (BlockAdded block : ledger.state().waiting()) {
            if (receivers.has(block.stream()) && block.arrived() <= by) {
                bytes += block.handle().length();
            }
        }
        return (bytes + maxBytes - 1) / maxBytes;
    }

    /** Whether any blocks wait. */
    boolean blocksWait() {
        return !blocks(Long.MAX_VALUE, Long.MAX_VALUE).isEmpty();
    }

    /** When the first of the blocks arrived that wait, as far as that is known; {@link Long#MAX_VALUE} if there is none. */
    long firstArrival() {
        long first = Long.MAX_VALUE;
        for (BlockAdded block : ledger.state().waiting()) {
            if (block.arrived() != BlockAdded.LONG_AGO && receivers.has(block.stream())) {
                first = Math.min(first, block.arrived());
            }
        }
        return first;
    }

    /** Whether a batch that is planned now would read anything of direct streams. */
    boolean rangesWait() {
        return !ranges().isEmpty();
    }

    /** Whether there is so much that a small batch should go first. */
    boolean moreThanFirstWaits() {
        return !firstRanges().equals(ranges());
    }

    /** Takes what waits now for the backlog of this start. */
    void noteBacklog() {
        direct.forEach(input -> input.noteBacklog(ledger));
    }

    /** Whether a part of the backlog of this start is in no batch yet. */
    boolean backlogLeft() {
        return direct.stream().anyMatch(input -> input.backlogLeft(ledger));
    }

    /** The ranges that come next, by input. */
    Map<String, List<OffsetRange>> ranges() {
        return ranges(false);
    }

    /** The ranges of the first batch of a start: few records, so that it is done soon. */
    Map<String, List<OffsetRange>> firstRanges() {
        return ranges(true);
    }

    private Map<String, List<OffsetRange>> ranges(boolean first) {
        Map<String, List<OffsetRange>> ranges = new LinkedHashMap<>();
        for (DirectInput input : direct) {
            List<OffsetRange> planned = input.plan(ledger, first);
            if (!planned.isEmpty()) {
                ranges.put(input.node().stream(), planned);
            }
        }
        return ranges;
    }

    /** What the tasks of a batch read, by source. */
    Map<Node.Source, List<TaskInput>> tasks(PlannedBatch batch, int parallelism) {
        Map<Node.Source, List<TaskInput>> tasks = new HashMap<>();
        for (DirectInput input : direct) {
            List<OffsetRange> ranges = batch.ranges().getOrDefault(input.node().stream(), List.of());
            tasks.put(input.node(), input.tasks(ranges, parallelism));
        }
        for (Node.Source node : receivers.nodes()) {
            List<BlockAdded> blocks = batch.blocks().stream()
                    .filter(block -> block.stream().equals(node.stream()))
                    .toList();
            List<TaskInput> parts = new ArrayList<>();
            for (List<BlockAdded> part :
                    Split.evenly(blocks, block -> block.handle().length(), parallelism)) {
                parts.add((slot, consumer) -> {
                    long records = 0;
                    for (BlockAdded block : part) {
                        BlockCache.Bytes bytes = cache.read(block);
                        records += BlockReader.forEach(bytes.array(), 0, bytes.length(), consumer);
                    }
                    return records;
                });
            }
            tasks.put(node, parts);
        }
        return tasks;
    }

    /** Frees what a committed batch read. */
    void committed(ActiveBatch batch, Duration took) {
        for (BlockAdded block : batch.plan.blocks()) {
            cache.free(block.id());
        }
        receivers.processed(batch.plan.blocks());
        for (DirectInput input : direct) {
            List<OffsetRange> ranges = batch.plan.ranges().getOrDefault(input.node().stream(), List.of());
            long records = ranges.stream().mapToLong(OffsetRange::records).sum();
            input.committed(ranges, records, took);
            input.forget(ledger);
        }
    }
}
