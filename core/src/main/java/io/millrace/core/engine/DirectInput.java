// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.PlainText;
import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.plan.TaskInput;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An input that is read by ranges: plans them, and lends each task slot a reader. */
final class DirectInput implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectInput.class);

    private final Node.Source node;
    private final DirectSource source;
    private final RateController rate;
    private final Map<String, Position> backlog = new HashMap<>();
    private final Map<Integer, RangeReader> readers = new ConcurrentHashMap<>();

    DirectInput(Node.Source node, DirectSource source, RateController rate) {
        this.node = node;
        this.source = source;
        this.rate = rate;
    }

    Node.Source node() {
        return node;
    }

    /**
     * Records what the source no longer has of what it is to be asked for, as far as it was told to go on without, and where
     * reading begins for partitions that the ledger does not know.
     *
     * @return what is gone
     */
    List<Fact.Gap> begin(Ledger ledger, long now) {
        List<Fact.Gap> gaps = new ArrayList<>();
        for (PlannedBatch batch : ledger.state().planned().values()) {
            List<OffsetRange> ranges = batch.ranges().getOrDefault(node.stream(), List.of());
            Remains remains = ranges.isEmpty() ? Remains.all(ranges) : asked(() -> source.remains(ranges));
            if (!remains.lost().isEmpty()) {
                gaps.add(new Fact.Gap(node.stream(), batch.batchTime(), remains.lost(), remains.ranges(), now));
            }
        }
        List<OffsetRange> next = asked(() -> source.gaps(ledger.state().positions(node.stream())));
        if (!next.isEmpty()) {
            gaps.add(new Fact.Gap(node.stream(), null, next, List.of(), now));
        }
        gaps.forEach(gap -> ledger.append(gap, () -> {}));
        beginAtStart(ledger);
        return gaps;
    }

    private void beginAtStart(Ledger ledger) {
        Map<String, Position> known = ledger.state().positions(node.stream());
        Map<String, Position> starts = new HashMap<>(asked(() -> source.start(known)));
        starts.keySet().removeAll(known.keySet());
        if (!starts.isEmpty()) {
            LOG.info("{} begins at {}", node.stream(), PlainText.of(starts.toString()));
            ledger.append(new Fact.StreamBegun(node.stream(), starts), () -> {});
        }
    }

    /** Takes what the source has now for the backlog of this start. */
    void noteBacklog(Ledger ledger) {
        plan(ledger, false); // so that the ledger knows every partition
        backlog.putAll(asked(source::available));
        backlogLeft(ledger);
    }

    /** Whether a part of the backlog is in no batch yet. Where positions are not numbers, it counts as read. */
    boolean backlogLeft(Ledger ledger) {
        Map<String, Position> known =
                backlog.isEmpty() ? Map.of() : ledger.state().positions(node.stream());
        backlog.entrySet().removeIf(end -> {
            Position position = known.get(end.getKey());
            return position == null || position.number() >= end.getValue().number();
        });
        return !backlog.isEmpty();
    }

    /**
     * Chooses what the next batch reads.
     *
     * @param first whether it is the first of a start, and another follows at once
     */
    List<OffsetRange> plan(Ledger ledger, boolean first) {
        Map<String, Position> from = ledger.state().positions(node.stream());
        Map<String, Position> added = new HashMap<>();
        for (String partition : asked(source::available).keySet()) {
            if (!from.containsKey(partition)) {
                added.put(partition, asked(() -> source.beginning(partition)));
            }
        }
        if (!added.isEmpty()) {
            LOG.info("{} has new partitions, read from {}", node.stream(), PlainText.of(added.toString()));
            ledger.append(new Fact.StreamBegun(node.stream(), added), () -> {});
            from = ledger.state().positions(node.stream());
        }
        Map<String, Position> begin = from;
        return asked(() -> source.plan(begin, first ? rate.first() : rate.limit()));
    }

    private static <T> T asked(Supplier<T> source) {
        try (ForeignCall call = ForeignCall.begin()) {
            return source.get();
        }
    }

    /**
     * Divides ranges among tasks, so that each has about as many records as any other. Where there is nothing to read, it
     * takes one task to find that out.
     */
    List<TaskInput> tasks(List<OffsetRange> ranges, int parallelism) {
        boolean nothing = ranges.stream().allMatch(range -> range.records() == 0);
        List<TaskInput> tasks = new ArrayList<>();
        for (List<OffsetRange> part : Split.evenly(ranges, OffsetRange::records, nothing ? 1 : parallelism)) {
            tasks.add((slot, consumer) -> read(slot, part, consumer));
        }
        return tasks;
    }

    private long read(int slot, List<OffsetRange> ranges, RecordConsumer<RecordView> consumer) throws Exception {
        RangeReader reader = readers.computeIfAbsent(slot, s -> source.reader());
        long records = 0;
        for (OffsetRange range : ranges) {
            ForeignCall.forgetInterrupt(); // that a function left, before it closes what is read
            reader.open(range);
            RangeReader.Chunk chunk;
            while ((chunk = reader.fetch()) != null) {
                records += chunk.forEach(consumer);
                ForeignCall.forgetInterrupt();
            }
        }
        return records;
    }

    /** Learns how long a batch took, and tells the source how far it is committed. */
    void committed(List<OffsetRange> ranges, long records, Duration took) {
        rate.completed(records, took);
        if (!ranges.isEmpty()) {
            Map<String, Position> positions = new HashMap<>();
            ranges.forEach(range -> positions.put(range.partition(), range.until()));
            try (ForeignCall call = ForeignCall.begin()) {
                source.committed(positions);
            }
        }
    }

    /** Lets the ledger forget partitions that are gone, unless a batch that is not committed reads them. */
    void forget(Ledger ledger) {
        Set<String> gone = new TreeSet<>(asked(() -> source.gone(ledger.state().positions(node.stream()))));
        for (PlannedBatch batch : ledger.state().planned().values()) {
            batch.ranges().getOrDefault(node.stream(), List.of()).forEach(range -> gone.remove(range.partition()));
        }
        if (!gone.isEmpty()) {
            LOG.debug("{} forgets {}", node.stream(), PlainText.of(gone.toString()));
            ledger.append(new Fact.PartitionsForgotten(node.stream(), List.copyOf(gone)), () -> {});
        }
    }

    @Override
    public void close() {
        readers.values().forEach(RangeReader::close);
        source.close();
    }
}
