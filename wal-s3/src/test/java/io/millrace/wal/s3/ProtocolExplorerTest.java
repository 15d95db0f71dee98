// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wal.s3.ProtocolModel.Mistake;
import io.millrace.wal.s3.ProtocolState.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Visits every state that the protocol can reach, with all that a network, a pause and a clean-up may do in between. With
 * {@code -Dmillrace.test.protocol=all} (so in the profile {@code long}) each of three writers has more slots, in turn.
 */
class ProtocolExplorerTest {
    private static final boolean ALL = "all".equals(System.getProperty("millrace.test.protocol"));
    private static final Shape TWO_WRITERS = Shape.ofSlots(2, 2);
    private static final Shape THREE_WRITERS = Shape.ofSlots(1, 1, 1);

    /** The states that were visited, each with the one from which it was reached first, by the fewest steps. */
    private final Map<ProtocolState, ProtocolState> visited = new HashMap<>();

    @Test
    void noOrderOfEventsBreaksTheProtocolOfTwoWriters() {
        assertThat(explore(new ProtocolModel(), TWO_WRITERS)).isEmpty();
        report(TWO_WRITERS);
        assertThat(visited).as("states").hasSizeGreaterThan(50_000);
    }

    static List<Shape> threeWriters() {
        return ALL
                ? List.of(THREE_WRITERS, Shape.ofSlots(2, 1, 1), Shape.ofSlots(1, 2, 1), Shape.ofSlots(1, 1, 2))
                : List.of(THREE_WRITERS);
    }

    @ParameterizedTest
    @MethodSource("threeWriters")
    void noOrderOfEventsBreaksTheProtocolOfThreeWriters(Shape shape) {
        assertThat(explore(new ProtocolModel(), shape)).isEmpty();
        report(shape);
        assertThat(visited).as("states").hasSizeGreaterThan(50_000);
    }

    private void report(Shape shape) {
        System.out.println("The protocol of the log on S3 has " + visited.size() + " states (" + shape + ")");
    }

    @ParameterizedTest
    @EnumSource
    void everyRuleIsNeeded(Mistake mistake) {
        String trace = explore(new ProtocolModel(mistake), TWO_WRITERS);
        assertThat(trace).as("what happens with %s", mistake).isNotEmpty();
        if (mistake == Mistake.DELETE_FENCES) {
            assertThat(trace).contains("is acknowledged, and epoch", "frees epoch", "delete epoch");
        }
    }

    @Test
    void whoeverDeletesFencesLosesWhatOneOfThreeWritersAcknowledged() {
        String trace = explore(new ProtocolModel(Mistake.DELETE_FENCES), THREE_WRITERS);
        assertThat(trace).contains("is acknowledged, and epoch", "frees epoch", "delete epoch");
    }

    /** The shortest way to a state that is wrong; empty if there is none. */
    private String explore(ProtocolModel model, Shape shape) {
        Deque<ProtocolState> waiting = new ArrayDeque<>();
        ProtocolState initial = ProtocolState.initial(shape);
        visited.put(initial, initial);
        waiting.add(initial);
        while (!waiting.isEmpty()) {
            ProtocolState state = waiting.remove();
            String wrong = model.wrong(state);
            if (!wrong.isEmpty()) {
                return trace(model, state) + wrong;
            }
            model.next(state, (step, next) -> {
                if (visited.putIfAbsent(next, state) == null) {
                    waiting.add(next);
                }
            });
        }
        return "";
    }

    private String trace(ProtocolModel model, ProtocolState end) {
        StringBuilder trace = new StringBuilder();
        ProtocolState reached = end;
        ProtocolState from = visited.get(reached);
        while (!from.equals(reached)) {
            ProtocolState to = reached;
            model.next(from, (step, next) -> {
                if (next.equals(to)) {
                    trace.insert(0, step.get() + "\n");
                }
            });
            reached = from;
            from = visited.get(reached);
        }
        return trace.toString();
    }
}
