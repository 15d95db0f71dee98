// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.StateSize;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.state.Accumulators;
import io.millrace.core.state.StateChunk;
import io.millrace.core.state.StateLog;
import io.millrace.core.state.States;
import io.millrace.core.state.Watermarks;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What batches change of states, on its way into the state log. Everything here runs on the engine's thread. */
final class StateWriter {
    private final EngineThread engine;
    private final Ledger ledger;
    private final CommitLog log;
    private final States states;
    private final long snapshotAfter;
    private final long maxUncovered;
    private final StateReach reach;
    private final StateCarrier carrier;
    private final Consumer<Throwable> onFailure;

    /** What each batch that is not committed was told to write whole, and how many bytes of changes it wrote. */
    private final Map<Long, Set<String>> snapshotsUnderWay = new HashMap<>();

    private final Map<Long, Long> changesUnderWay = new HashMap<>();

    /**
     * Writes states.
     *
     * @param snapshotAfter how many bytes of changes are written at least before a state is written whole
     * @param maxUncovered how many bytes of changes of all states, see {@link RecoveryLimit}
     * @param carrier copies states that the program does not declare
     */
    StateWriter(
            EngineThread engine,
            Ledger ledger,
            CommitLog log,
            States states,
            long snapshotAfter,
            long maxUncovered,
            StateCarrier carrier,
            Consumer<Throwable> onFailure) {
        this.engine = engine;
        this.ledger = ledger;
        this.log = log;
        this.states = states;
        this.snapshotAfter = snapshotAfter;
        this.maxUncovered = maxUncovered;
        this.reach = new StateReach(ledger.state(), log);
        this.carrier = carrier;
        this.onFailure = onFailure;
    }

    /**
     * The states that a batch is to write whole: their changes are twice what they hold, or nothing is written, or the
     * changes of all of them together are too many and theirs are the most, or they keep too much of the log from being
     * freed. What a batch before it writes whole and has not committed yet is left out.
     */
    Set<String> snapshotsDue(long batchTime) {
        reach.batchBegins(batchTime);
        Set<String> due = new HashSet<>(states.unwritten());
        due.removeIf(this::isWritten);
        Map<String, Long> changes = new HashMap<>();
        for (String state : states.names()) {
            StateSize size = ledger.state().stateSize(state);
            changes.put(state, size.changeBytes());
            if (size.changeBytes() > Math.max(snapshotAfter, 2 * size.snapshotBytes())) {
                due.add(state);
            }
        }
        snapshotsUnderWay.values().forEach(changes.keySet()::removeAll);
        long left = changes.entrySet().stream()
                .filter(state -> !due.contains(state.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        long most = RecoveryLimit.stateSnapshotsFrom(RecoveryLimit.limit(maxUncovered, snapshotBytes()));
        while (left > most) {
            Map.Entry<String, Long> largest = changes.entrySet().stream()
                    .filter(state -> !due.contains(state.getKey()))
                    .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                    .orElseThrow();
            due.add(largest.getKey());
            left -= largest.getValue();
        }
        due.addAll(farBack());
        snapshotsUnderWay.values().forEach(due::removeAll);
        if (!due.isEmpty()) {
            snapshotsUnderWay.put(batchTime, due);
        }
        return Set.copyOf(due);
    }

    /** Whether the ledger has a state as the program declares it. */
    private boolean isWritten(String state) {
        return !ledger.state().stateHandles(state).isEmpty()
                && Objects.equals(ledger.state().definition(state), states.definition(state));
    }

    /**
     * The states that keep more of the log than twice what all states need of it. So what is written for this reason is no
     * more than what is written for others. Those that nobody writes are copied.
     */
    private Set<String> farBack() {
        long needed = 0;
        for (String state : ledger.state().states()) {
            StateSize size = ledger.state().stateSize(state);
            needed += size.snapshotBytes() + size.changeBytes();
        }
        long most = RecoveryLimit.limit(maxUncovered, needed);
        Set<String> written = new HashSet<>(states.names());
        written.add(Accumulators.STATE);
        written.add(Watermarks.STATE);
        Set<String> farBack = new HashSet<>();
        for (String state : ledger.state().states()) {
            if (reach.of(state) > most) {
                if (written.contains(state)) {
                    farBack.add(state);
                } else if (carrier.carry(state, reach::written)) {
                    reach.copyBegins(state);
                }
            }
        }
        return farBack;
    }

    /** States that were copied and are to be committed with the next batch. */
    List<StateWritten> copied() {
        return carrier.ready();
    }

    /** How many bytes of changes are in no snapshot that is committed: they are read beside it by the next start. */
    long uncovered() {
        long bytes = 0;
        for (String state : states.names()) {
            bytes += ledger.state().stateSize(state).changeBytes();
        }
        for (long underWay : changesUnderWay.values()) {
            bytes += underWay;
        }
        return bytes;
    }

    /** How many bytes the committed snapshots of all states have. */
    long snapshotBytes() {
        return states.names().stream()
                .mapToLong(state -> ledger.state().stateSize(state).snapshotBytes())
                .sum();
    }

    /** The ledger has what this batch wrote, and what was copied. */
    void committed(long batchTime, List<StateWritten> written) {
        reach.committed(batchTime, written);
        carrier.committed(written);
        snapshotsUnderWay.remove(batchTime);
        changesUnderWay.remove(batchTime);
    }

    /** Appends what a job of a batch wrote; {@code written} is told, unless there is nothing, when all is durable. */
    void write(long batchTime, List<StateChunk> chunks, Consumer<List<StateWritten>> written) {
        Map<String, List<LogHandle>> handles = new HashMap<>();
        Set<String> snapshots = new HashSet<>();
        long changes = chunks.stream()
                .filter(chunk -> !chunk.snapshot())
                .mapToLong(chunk -> chunk.bytes().size())
                .sum();
        changesUnderWay.merge(batchTime, changes, Long::sum);
        int[] left = {chunks.size()};
        for (StateChunk chunk : chunks) {
            if (chunk.snapshot()) {
                snapshots.add(chunk.state());
            }
            List<LogHandle> ofState = handles.computeIfAbsent(chunk.state(), s -> new ArrayList<>());
            Consumer<LogHandle> durable = handle -> {
                ofState.add(handle);
                reach.written(handle.length());
                if (--left[0] == 0) {
                    List<StateWritten> all = new ArrayList<>();
                    handles.forEach((state, of) -> all.add(
                            new StateWritten(state, snapshots.contains(state), of, newDefinition(state, snapshots))));
                    written.accept(all);
                }
            };
            LogHandle appended = chunk.appended();
            if (appended == null) {
                append(chunk, durable);
            } else {
                engine.execute(() -> durable.accept(appended));
            }
        }
    }

    /** The definition that a batch is to write with a state; null if that is not necessary. */
    private @Nullable StateDefinition newDefinition(String state, Set<String> snapshots) {
        StateDefinition declared = states.definition(state);
        boolean known =
                !snapshots.contains(state) && Objects.equals(ledger.state().definition(state), declared);
        return known ? null : declared;
    }

    private void append(StateChunk chunk, Consumer<LogHandle> durable) {
        log.append(
                StateLog.ENTRY_TYPE,
                0,
                new AppendCallback() {
                    @Override
                    public void durable(LogHandle handle) {
                        engine.execute(() -> durable.accept(handle));
                    }

                    @Override
                    public void failed(WalException failure) {
                        onFailure.accept(chunk.refused(failure));
                    }
                },
                ByteBuffer.wrap(chunk.bytes().array(), 0, chunk.bytes().size()));
    }

    /** Frees what no committed batch needs any more. */
    void trim() {
        WalPosition needed = ledger.state().stateNeeded();
        if (needed != null) {
            log.trim(needed);
        }
    }
}
