// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.PlainText;
import io.millrace.api.StreamClock;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.BlockArrays;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.block.SealedBlock;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.Admission;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.receiver.Intake;
import io.millrace.core.receiver.ReceiverSupervisor;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a block: from its receiver to the data log, from there to the ledger, and back to the receiver as a durable
 * mark. A block that is in the log but was not admitted is as if it had never been.
 */
final class ReceiverInputs implements Intake {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverInputs.class);
    private static final DurableMark NOTHING_YET = new DurableMark(Map.of(), -1);

    private final EngineThread engine;
    private final Ledger ledger;
    private final CommitLog data;
    private final BlockCache cache;
    private final BlockArrays arrays;
    private final StreamClock clock;
    private final Consumer<Throwable> onFailure;
    private final Consumer<Fact.Gap> onGap;
    private final long maxBacklog;
    private final Map<String, ReceiverSupervisor> supervisors = new LinkedHashMap<>();
    private final List<Node.Source> nodes = new ArrayList<>();
    private final Set<String> logOnly = new HashSet<>();
    private final Map<String, DurableMark> marks = new HashMap<>();
    private final Deque<Runnable> heldBack = new ArrayDeque<>();
    private long backlog;
    private int underWay;
    private @Nullable WalPosition lastAdmitted;
    private final List<CompletableFuture<Void>> waitingForQuiet = new ArrayList<>();

    ReceiverInputs(
            EngineThread engine,
            Ledger ledger,
            CommitLog data,
            BlockCache cache,
            BlockArrays arrays,
            StreamClock clock,
            long maxBacklog,
            Consumer<Fact.Gap> onGap,
            Consumer<Throwable> onFailure) {
        this.engine = engine;
        this.ledger = ledger;
        this.data = data;
        this.cache = cache;
        this.arrays = arrays;
        this.clock = clock;
        this.maxBacklog = maxBacklog;
        this.onGap = onGap;
        this.onFailure = onFailure;
        for (BlockAdded block : ledger.state().waiting()) {
            backlog += block.handle().length();
        }
        ledger.state()
                .planned()
                .values()
                .forEach(batch -> batch.blocks().forEach(block -> {
                    backlog += block.handle().length();
                }));
    }

    /** Adds an input; its receiver is not started. */
    void add(Node.Source node, ReceiverSupervisor supervisor) {
        nodes.add(node);
        if (!node.inMemory()) {
            logOnly.add(node.stream());
        }
        supervisors.put(node.stream(), supervisor);
    }

    List<Node.Source> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    Collection<ReceiverSupervisor> supervisors() {
        return Collections.unmodifiableCollection(supervisors.values());
    }

    boolean has(String stream) {
        return supervisors.containsKey(stream);
    }

    @Override
    public void block(String stream, long incarnation, SealedBlock block) {
        long arrived = clock.millis();
        engine.execute(() -> underWay++);
        data.append(
                SealedBlock.ENTRY_TYPE,
                0,
                new AppendCallback() {
                    @Override
                    public void durable(LogHandle handle) {
                        engine.execute(() -> admit(stream, incarnation, block, arrived, handle));
                    }

                    @Override
                    public void failed(WalException failure) {
                        onFailure.accept(failure);
                    }
                },
                ByteBuffer.wrap(block.bytes(), 0, block.length()));
    }

    private void admit(String stream, long incarnation, SealedBlock block, long arrived, LogHandle handle) {
        Admission admission = ledger.state().admission(stream, incarnation, block.slices());
        if (admission != Admission.ADMITTED) {
            LOG.warn(
                    "A block of {} records from receiver {} of '{}' is not admitted ({}): it has {}, the ledger is at {}",
                    block.records(),
                    incarnation,
                    stream,
                    admission,
                    PlainText.of(block.slices().toString()),
                    PlainText.of(ledger.state().positions(stream).toString()));
            supervisor(stream).released(block.length());
            arrays.giveBack(block.bytes());
            if (admission == Admission.GAP) {
                supervisor(stream).restart(incarnation, "its records do not follow those in the ledger");
            }
            settled();
            return;
        }
        long id = ledger.state().nextBlock();
        lastAdmitted = handle.at();
        backlog += handle.length();
        if (logOnly.contains(stream)) {
            arrays.giveBack(block.bytes());
        } else {
            cache.put(id, block);
        }
        ledger.append(
                new BlockAdded(
                        id,
                        stream,
                        incarnation,
                        handle,
                        block.records(),
                        block.minTimestamp(),
                        block.maxTimestamp(),
                        block.slices(),
                        arrived),
                () -> engine.execute(() -> acknowledge(stream, incarnation, block)));
        ledger.compact(); // though no batch may be committed for long
    }

    private void acknowledge(String stream, long incarnation, SealedBlock block) {
        DurableMark before = marks.getOrDefault(stream, NOTHING_YET);
        Map<String, Position> positions = new HashMap<>(before.positions());
        for (PartitionSlice slice : block.slices()) {
            positions.put(slice.partition(), slice.until());
        }
        boolean own = incarnation == ledger.state().incarnation(stream); // else the token is a predecessor's
        DurableMark mark = new DurableMark(positions, own && block.token() >= 0 ? block.token() : before.token());
        marks.put(stream, mark);
        supervisor(stream).durable(incarnation, mark);
        if (backlog > maxBacklog) {
            heldBack.add(() -> supervisor(stream).released(block.length()));
        } else {
            supervisor(stream).released(block.length());
        }
        settled();
    }

    private ReceiverSupervisor supervisor(String stream) {
        ReceiverSupervisor supervisor = supervisors.get(stream);
        if (supervisor == null) {
            throw new IllegalStateException("input '" + stream + "' is not declared");
        }
        return supervisor;
    }

    private void settled() {
        underWay--;
        if (underWay == 0) {
            waitingForQuiet.forEach(waiter -> waiter.complete(null));
            waitingForQuiet.clear();
        }
    }

    /** Completes when no block is between its receiver and its acknowledgement. */
    CompletableFuture<Void> quiet() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        engine.execute(() -> {
            if (underWay == 0) {
                result.complete(null);
            } else {
                waitingForQuiet.add(result);
            }
        });
        return result;
    }

    /** Lets receivers go on that were held back for the blocks that are now processed. */
    void processed(List<BlockAdded> blocks) {
        for (BlockAdded block : blocks) {
            backlog -= block.handle().length();
        }
        while (backlog <= maxBacklog && !heldBack.isEmpty()) {
            heldBack.remove().run();
        }
        WalPosition needed = ledger.state().dataNeeded();
        WalPosition free = needed == null ? lastAdmitted : needed;
        if (free != null) {
            data.trim(free);
        }
    }

    @Override
    public void broken(String stream, Throwable defect) {
        onFailure.accept(defect);
    }

    @Override
    public Map<String, Position> positions(String stream) throws InterruptedException {
        CompletableFuture<Map<String, Position>> answer = new CompletableFuture<>();
        engine.execute(() -> answer.complete(ledger.state().positions(stream)));
        return await(answer);
    }

    @Override
    public void begin(String stream, Map<String, Position> positions) throws InterruptedException {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        engine.execute(() -> ledger.append(new Fact.StreamBegun(stream, positions), () -> durable.complete(null)));
        await(durable);
    }

    @Override
    public void lost(String stream, List<OffsetRange> ranges) throws InterruptedException {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        engine.execute(() -> {
            Fact.Gap gap = new Fact.Gap(stream, null, ranges, List.of(), clock.millis());
            DurableMark mark = marks.getOrDefault(stream, NOTHING_YET);
            Map<String, Position> positions = new HashMap<>(mark.positions());
            ranges.forEach(range -> positions.computeIfPresent(range.partition(), (name, old) -> range.until()));
            marks.put(stream, new DurableMark(positions, mark.token()));
            ledger.append(gap, () -> {
                onGap.accept(gap);
                durable.complete(null);
            });
        });
        await(durable);
    }

    @Override
    public long nextIncarnation(String stream) throws InterruptedException {
        CompletableFuture<Long> durable = new CompletableFuture<>();
        engine.execute(() -> {
            long next = ledger.state().incarnation(stream) + 1;
            marks.put(
                    stream,
                    new DurableMark(marks.getOrDefault(stream, NOTHING_YET).positions(), -1));
            ledger.append(new Fact.ReceiverStarted(stream, next), () -> durable.complete(next));
        });
        return await(durable);
    }

    private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }
}
