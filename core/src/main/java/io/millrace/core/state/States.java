// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The states of a program. */
public final class States {
    /** The name of the log of all states. */
    public static final String LOG = "state";

    private final List<State> states;
    private final Accumulators accumulators;
    private final Watermarks watermarks;
    private final Set<String> unwritten = new LinkedHashSet<>();

    /** The states that a program declares, empty. */
    public States(List<State> states, Accumulators accumulators) {
        this.accumulators = accumulators;
        this.states = List.copyOf(states);
        this.watermarks = new Watermarks(states);
    }

    /** Rebuilds every state from what the ledger says is committed. Partitions are made anew from the keys. */
    public void load(
            LedgerState ledger,
            CommitLog log,
            Map<String, Integer> partitions,
            StateTables tables,
            StateLoader loader) {
        tables.expect(states.stream()
                .filter(State::spills)
                .mapToInt(state -> partitions.getOrDefault(state.name(), 1))
                .sum());
        for (LogHandle handle : ledger.stateHandles(Accumulators.STATE)) {
            accumulators.load(new ByteReader(log.read(handle)));
        }
        for (LogHandle handle : ledger.stateHandles(Watermarks.STATE)) {
            watermarks.load(new ByteReader(log.read(handle)));
        }
        for (State state : states) {
            if (state.spills()) {
                state.tables(tables);
            }
            state.partition(partitions.getOrDefault(state.name(), 1));
            String stored = storedName(state, ledger);
            List<LogHandle> handles = ledger.stateHandles(stored);
            boolean eventTime = state instanceof EventTimeState;
            if (handles.isEmpty() ? state.begin() || eventTime : !stored.equals(state.name())) {
                unwritten.add(
                        state.name()); // with event time also if it holds nothing: it has a watermark if it is stored
            }
            loader.load(state, handles, handle -> StateLog.named(log.read(handle), stored, state.name()));
            state.loaded(ledger.lastCommitted());
            if (state instanceof EventTimeState windows) {
                if (handles.isEmpty()) {
                    watermarks.beginAnew(state.name());
                } else if (!stored.equals(state.name())) {
                    watermarks.takeOver(stored, state.name());
                }
                watermarks.before(state.name(), windows.stored());
            }
        }
    }

    /** How many bytes {@link #load} will read. */
    public long bytes(LedgerState ledger) {
        return states.stream()
                .flatMap(state -> ledger.stateHandles(storedName(state, ledger)).stream())
                .mapToLong(LogHandle::length)
                .sum();
    }

    /** The name under which the checkpoint has a state: its own, or else one that it had before. */
    public static String storedName(State state, LedgerState ledger) {
        if (ledger.stateHandles(state.name()).isEmpty()) {
            for (String former : state.formerNames()) {
                if (!ledger.stateHandles(former).isEmpty()) {
                    return former;
                }
            }
        }
        return state.name();
    }

    /** The accumulators. */
    public Accumulators accumulators() {
        return accumulators;
    }

    /** How far event time has come. */
    public Watermarks watermarks() {
        return watermarks;
    }

    /** The names of the states. */
    public List<String> names() {
        List<String> names = new ArrayList<>(states.size());
        states.forEach(state -> names.add(state.name()));
        return names;
    }

    /** The states of which no batch has written anything yet, and which must be in the checkpoint: they are written whole. */
    public Set<String> unwritten() {
        return unwritten;
    }

    /** The number of keys that a state holds; may be a little behind while a batch runs. */
    public long keys(String name) {
        for (State state : states) {
            if (state.name().equals(name)) {
                return state.keys();
            }
        }
        throw new IllegalArgumentException("state '" + name + "' is not declared");
    }
}
