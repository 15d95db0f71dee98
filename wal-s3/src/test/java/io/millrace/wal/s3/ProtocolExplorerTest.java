// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wal.s3.ProtocolModel.Mistake;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Visits every state that the protocol can reach, with all that a network, a pause and a clean-up may do in between. */
class ProtocolExplorerTest {
    /** How a state was reached first: by the fewest steps. */
    private record Reached(ProtocolState from, String step) {}

    @Test
    void noOrderOfEventsBreaksTheProtocol() {
        Map<ProtocolState, Reached> visited = new HashMap<>();
        assertThat(explore(new ProtocolModel(), visited)).isEmpty();
        assertThat(visited).as("states").hasSizeGreaterThan(50_000);
    }

    @ParameterizedTest
    @EnumSource
    void everyRuleIsNeeded(Mistake mistake) {
        String trace = explore(new ProtocolModel(mistake), new HashMap<>());
        assertThat(trace).as("what happens with %s", mistake).isNotEmpty();
        if (mistake == Mistake.DELETE_FENCES) {
            assertThat(trace).contains("is acknowledged, and epoch", "frees epoch", "delete epoch");
        }
    }

    /** The shortest way to a state that is wrong; empty if there is none. */
    private static String explore(ProtocolModel model, Map<ProtocolState, Reached> visited) {
        Deque<ProtocolState> waiting = new ArrayDeque<>();
        ProtocolState initial = ProtocolState.initial();
        visited.put(initial, new Reached(initial, ""));
        waiting.add(initial);
        while (!waiting.isEmpty()) {
            ProtocolState state = waiting.remove();
            String wrong = model.wrong(state);
            if (!wrong.isEmpty()) {
                return trace(visited, state) + wrong;
            }
            model.next(state).forEach((step, next) -> {
                if (visited.putIfAbsent(next, new Reached(state, step)) == null) {
                    waiting.add(next);
                }
            });
        }
        return "";
    }

    private static String trace(Map<ProtocolState, Reached> visited, ProtocolState end) {
        StringBuilder trace = new StringBuilder();
        Reached reached = visited.get(end);
        while (!reached.step().isEmpty()) {
            trace.insert(0, reached.step() + "\n");
            reached = visited.get(reached.from());
        }
        return trace.toString();
    }
}
