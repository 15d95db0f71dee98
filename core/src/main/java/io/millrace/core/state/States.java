// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.failure.ElementFailure;
import io.millrace.core.failure.Failures;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.operator.FunctionFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The states of a program. */
public final class States {
    /** The name of the log of all states. */
    public static final String LOG = "state";

    private final List<State> states;
    private final Function<State, String> places;
    private final Accumulators accumulators;
    private final Watermarks watermarks;
    private final Map<String, StateDefinition> definitions = new HashMap<>();
    private final Set<String> unwritten = new LinkedHashSet<>();

    /**
     * The states that a program declares, empty.
     *
     * @param places the operator of a state and where it was declared, for errors
     */
    public States(List<State> states, Function<State, String> places, Accumulators accumulators) {
        this.places = places;
        this.accumulators = accumulators;
        this.states = List.copyOf(states);
        this.watermarks = new Watermarks(states);
        states.forEach(state -> definitions.put(state.name(), known(state.definition())));
    }

    private static StateDefinition known(StateDefinition definition) {
        if (StateKind.of(definition.kind()) == null) {
            throw new IllegalStateException("no start would know the states of '" + definition.kind() + "' again");
        }
        return definition;
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
            accumulators.load(new ByteReader(log.read(handle, StateLog.ENTRY_TYPE)));
        }
        for (LogHandle handle : ledger.stateHandles(Watermarks.STATE)) {
            watermarks.load(new ByteReader(log.read(handle, StateLog.ENTRY_TYPE)));
        }
        for (State state : states) {
            if (state.spills()) {
                state.tables(tables);
            }
            state.partition(partitions.getOrDefault(state.name(), 1));
            StoredState stored = StoredState.of(state, ledger);
            boolean anew = stored.handles().isEmpty();
            boolean eventTime =
                    state instanceof EventTimeState; // has a watermark if it is stored, though it holds nothing
            boolean begun = anew && (begin(state) || eventTime);
            stored.begin();
            loader.load(state, stored.handles(), handle -> stored.chunk(handle, log.read(handle, StateLog.ENTRY_TYPE)));
            stored.end();
            if (begun || stored.renamed() || state.remade()) {
                unwritten.add(state.name());
            }
            if (state instanceof EventTimeState windows) {
                if (anew) {
                    watermarks.beginAnew(state.name());
                } else if (stored.renamed()) {
                    watermarks.takeOver(stored.name(), state.name());
                }
                watermarks.before(state.name(), windows.stored());
            }
        }
    }

    /** Calls hashCode and equals of the first keys, and perhaps codecs: code of the program. */
    private boolean begin(State state) {
        try (ForeignCall keys = ForeignCall.begin()) {
            return state.begin();
        } catch (ElementFailure e) {
            throw new MillraceException(
                    ErrorCode.USER_CODE,
                    places.apply(state) + " failed on " + FunctionFailure.shown(e.element())
                            + ", an initial entry of state '" + state.name() + "': " + Failures.text(e.thrown())
                            + "; nothing is changed: mend the entry, or leave it out of StateSpec.initial",
                    e.thrown());
        }
    }

    /** How many bytes {@link #load} will read. */
    public long bytes(LedgerState ledger) {
        return states.stream()
                .flatMap(state -> StoredState.of(state, ledger).handles().stream())
                .mapToLong(LogHandle::length)
                .sum();
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

    /** What a state is; null if it is none that the program declares. */
    public @Nullable StateDefinition definition(String name) {
        return definitions.get(name);
    }

    /**
     * The states that must be in the checkpoint otherwise than they are, if at all: they are written whole, under their
     * definition.
     */
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
