// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;
import io.millrace.core.graph.Graph;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The states of a program, by name. Loaded before the first batch; then each partition belongs to the task that runs it. */
public final class States {
    /** The name of the log of all states. */
    public static final String LOG = "state";

    private final Map<String, State> states = new LinkedHashMap<>();

    /** The states that a graph declares, empty. */
    public States(Graph graph) {
        for (Node node : graph.nodes()) {
            if (node instanceof Node.RunningReduce running) {
                states.put(running.state(), new KeyState(running));
            } else if (node instanceof Node.SliceRunningReduce running) {
                states.put(running.state(), new SliceState(running));
            }
        }
    }

    /** Rebuilds every state from what the ledger says is committed. Partitions are made anew from the keys. */
    public void load(LedgerState ledger, CommitLog log, Map<String, Integer> partitions) {
        states.forEach((name, state) -> {
            state.partition(partitions.getOrDefault(name, 1));
            for (LogHandle handle : ledger.stateHandles(name)) {
                state.load(new ByteReader(log.read(handle)));
            }
        });
    }

    /** The operator that updates one partition in one batch. */
    public StateOperator operator(String state, int partition, BatchParameters batch, Operator next) {
        return find(state).operator(partition, batch, next);
    }

    /** The number of keys that a state holds; may be a little behind while a batch runs. */
    public long keys(String state) {
        return find(state).keys();
    }

    /** The names of the states. */
    public Iterable<String> names() {
        return states.keySet();
    }

    private State find(String name) {
        State state = states.get(name);
        if (state == null) {
            throw new IllegalStateException("state '" + name + "' is not declared");
        }
        return state;
    }

    /** One state. */
    interface State {
        /** Makes the partitions, empty. */
        void partition(int partitions);

        /** Takes the entries of a chunk in. */
        void load(ByteReader chunk);

        StateOperator operator(int partition, BatchParameters batch, Operator next);

        long keys();
    }
}
