// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.StateSize;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.state.StateChunk;
import io.millrace.core.state.StateLog;
import io.millrace.core.state.States;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What batches change of states, on its way into the state log. Everything here runs on the engine's thread. */
final class StateWriter {
    private final EngineThread engine;
    private final Ledger ledger;
    private final CommitLog log;
    private final States states;
    private final long snapshotAfter;
    private final Consumer<Throwable> onFailure;

    /**
     * Writes states.
     *
     * @param snapshotAfter how many bytes of changes are written at least before a state is written whole
     */
    StateWriter(
            EngineThread engine,
            Ledger ledger,
            CommitLog log,
            States states,
            long snapshotAfter,
            Consumer<Throwable> onFailure) {
        this.engine = engine;
        this.ledger = ledger;
        this.log = log;
        this.states = states;
        this.snapshotAfter = snapshotAfter;
        this.onFailure = onFailure;
    }

    /** The states that the next batch is to write whole: their changes are twice what they hold, or nothing is written. */
    Set<String> snapshotsDue() {
        Set<String> due = new HashSet<>(states.unwritten());
        due.removeIf(state -> !ledger.state().stateHandles(state).isEmpty());
        for (String state : states.names()) {
            StateSize size = ledger.state().stateSize(state);
            if (size.changeBytes() > Math.max(snapshotAfter, 2 * size.snapshotBytes())) {
                due.add(state);
            }
        }
        return due;
    }

    /** Appends what a batch wrote; {@code written} is told, unless there is nothing, when all of it is durable. */
    void write(List<StateChunk> chunks, Consumer<List<StateWritten>> written) {
        Map<String, List<LogHandle>> handles = new HashMap<>();
        Set<String> snapshots = new HashSet<>();
        int[] left = {chunks.size()};
        for (StateChunk chunk : chunks) {
            if (chunk.snapshot()) {
                snapshots.add(chunk.state());
            }
            List<LogHandle> ofState = handles.computeIfAbsent(chunk.state(), s -> new ArrayList<>());
            append(chunk, handle -> {
                ofState.add(handle);
                if (--left[0] == 0) {
                    List<StateWritten> all = new ArrayList<>();
                    handles.forEach((state, of) -> all.add(new StateWritten(state, snapshots.contains(state), of)));
                    written.accept(all);
                }
            });
        }
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
                        onFailure.accept(failure);
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
