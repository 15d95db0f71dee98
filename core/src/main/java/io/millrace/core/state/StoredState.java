// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.log.LogHandle;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint has of a state that a program declares, and whether the program can read it. Its chunks may be checked
 * on any thread, the rest is for one.
 */
public final class StoredState {
    private final State state;
    private final String name;
    private final List<LogHandle> handles;
    private final @Nullable StateDefinition definition;
    private final long lastCommitted;
    private final long upTo;
    private final Map<LogHandle, Long> times = new ConcurrentHashMap<>();

    private StoredState(State state, String name, LedgerState ledger) {
        this.state = state;
        this.name = name;
        this.handles = ledger.stateHandles(name);
        this.definition = ledger.definition(name);
        this.lastCommitted = ledger.lastCommitted();
        Long leftBehind = ledger.leftBehind(name);
        this.upTo = leftBehind == null ? lastCommitted : leftBehind;
    }

    /** What a ledger says of a state: under its own name, or else under one that it had before. */
    public static StoredState of(State state, LedgerState ledger) {
        if (ledger.stateHandles(state.name()).isEmpty()) {
            for (String former : state.formerNames()) {
                if (!ledger.stateHandles(former).isEmpty()) {
                    return new StoredState(state, former, ledger);
                }
            }
        }
        return new StoredState(state, state.name(), ledger);
    }

    /** The name that it has there. */
    public String name() {
        return name;
    }

    /** Whether it has another name there than in the program. */
    public boolean renamed() {
        return !name.equals(state.name());
    }

    /** Where its chunks are, in order; none if the checkpoint does not have it. */
    public List<LogHandle> handles() {
        return handles;
    }

    /** What it is; null if that was not recorded. */
    public @Nullable StateDefinition definition() {
        return definition;
    }

    /**
     * Before the state takes any chunk in.
     *
     * @throws MillraceException if another kind of operator keeps it
     */
    public void begin() {
        if (definition != null) {
            String declared = state.definition().kind();
            StateKind stored = StateKind.of(definition.kind());
            if (stored == null || stored != StateKind.of(declared)) {
                throw refused(state, definition.kind());
            }
        }
        state.stored(definition, upTo);
    }

    /**
     * An entry of the state log as the state is to take it in.
     *
     * @throws MillraceException if it must be of another kind
     */
    public byte[] chunk(LogHandle handle, byte[] entry) {
        if (definition == null) {
            StateFormat.Stored chunk = StateFormat.stored(new ByteReader(entry));
            StateKind kind = StateKind.of(chunk);
            if (kind != null && kind != declared()) {
                throw refused(state, kind.operators());
            }
            times.put(handle, chunk.time());
        }
        return renamed() ? StateFormat.renamed(entry, state.name()) : entry;
    }

    /**
     * After the state took every chunk in.
     *
     * @throws MillraceException if together they must be of another kind
     */
    public void end() {
        if (declared() == StateKind.VALUES) {
            long latest = Long.MIN_VALUE;
            for (LogHandle handle : handles) {
                long time = times.getOrDefault(handle, latest);
                if (time < latest) { // only a window writes what earlier batches brought
                    throw refused(state, StateKind.PANES.operators());
                }
                latest = time;
            }
        }
        state.loaded(lastCommitted);
    }

    private @Nullable StateKind declared() {
        return StateKind.of(state.definition().kind());
    }

    static MillraceException refused(State state, String stored) {
        return new MillraceException(
                ErrorCode.USER_CONFIG,
                "state '" + state.name() + "' was kept by " + stored + ", but the program declares it for "
                        + state.definition().kind() + ", which would misread it: declare " + stored
                        + " under this name, or give the new state another name to start empty; what is stored stays for a"
                        + " version that declares it as it was");
    }
}
