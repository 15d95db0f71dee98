// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.state.State;
import io.millrace.core.state.StoredState;
import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a start in which the program would lose, without a word, what it had: the positions of an input that it has
 * read before, records that are to be in a batch, or what a state should have taken from them. Asked before anything is written; the setting {@code
 * start.accept-lost-state} answers for somebody who means it.
 */
final class LostState {
    private static final Logger LOG = LoggerFactory.getLogger(LostState.class);

    private final Program program;
    private final Logs logs;
    private final Ledger ledger;

    LostState(Program program, Logs logs, Ledger ledger) {
        this.program = program;
        this.logs = logs;
        this.ledger = ledger;
    }

    /** Batches that are to be run again must have all of their inputs. */
    void checkPlanned() {
        SortedSet<String> undeclared = ledger.state().plannedStreams();
        program.graph().nodes(Node.Source.class).forEach(node -> undeclared.remove(node.stream()));
        if (!undeclared.isEmpty()) {
            decide(
                    "the checkpoint " + logs.place()
                            + " has batches that are planned and not committed, and they read the"
                            + " inputs "
                            + undeclared.stream()
                                    .map(stream -> "'" + stream + "'")
                                    .toList()
                            + ", which the program no longer declares",
                    "start the version that does, and stop it gracefully",
                    "leave those records out");
        }
    }

    /** A state must be of the last batch, or else it lacks what other versions of the program have read since. */
    void checkStates() {
        for (State state : program.graph().states()) {
            String stored = StoredState.of(state, ledger.state()).name();
            Long last = ledger.state().leftBehind(stored);
            if (last != null) {
                decide(
                        "the checkpoint " + logs.place() + " has state '" + stored + "' as of " + batch(last)
                                + ", and batches up to " + batch(ledger.state().lastCommitted())
                                + " were committed by versions of the program that did not declare it: what they have read"
                                + " is missing in it",
                        "begin from a savepoint of before those versions, or give the state a new name to begin it anew",
                        "go on with it as it was then");
            }
        }
    }

    private static String batch(long time) {
        return time == Long.MIN_VALUE ? "no batch" : "batch " + Instant.ofEpochMilli(time);
    }

    /**
     * An input that begins must not have been read before, and one that goes on not further than the ledger knows. A
     * program whose checkpoint ends with its process begins each time, and loses nothing by it.
     *
     * @param published asks its source
     */
    void check(Node.Source input, Supplier<Map<String, Position>> published) {
        if (program.isForgotten()) {
            return;
        }
        Map<String, Position> known = ledger.state().positions(input.stream());
        if (known.isEmpty()) {
            checkBegins(input, published.get());
        } else if (!ledger.state().moved(input.stream())) {
            checkGoesOn(input, known, published.get());
        } // else somebody has chosen where it goes on: by a savepoint, or by hand
    }

    /** What the source was told is in the ledger first: if the ledger does not have it, it is a copy of then. */
    private void checkGoesOn(Node.Source input, Map<String, Position> known, Map<String, Position> published) {
        Map<String, Position> further = new TreeMap<>();
        Map<String, Position> behind = new TreeMap<>();
        published.forEach((partition, position) -> {
            Position here = known.get(partition);
            if (here != null && here.number() < position.number()) {
                further.put(partition, position);
                behind.put(partition, here);
            }
        });
        if (!further.isEmpty()) {
            decide(
                    "the checkpoint " + logs.place() + " has read input '" + input.stream() + "' up to " + behind
                            + ", but the source (" + input.provider() + ") says that program '" + program.id()
                            + "' has read it up to " + further + ": it is an older copy",
                    "start it with the latest checkpoint",
                    "process again what came after that copy");
        }
    }

    private void checkBegins(Node.Source input, Map<String, Position> before) {
        if (!before.isEmpty()) {
            decide(
                    "the checkpoint " + logs.place() + " knows nothing of input '" + input.stream()
                            + "', but the source ("
                            + input.provider() + ") says that program '" + program.id() + "' has read it up to "
                            + new TreeMap<>(before),
                    "start it with the checkpoint of then",
                    "begin anew where the settings of the input say");
        }
    }

    private void decide(String what, String instead, String loss) {
        if (!program.settings().get(EngineOptions.START_ACCEPT_LOST_STATE)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    what + ": " + instead + "; or set " + EngineOptions.START_ACCEPT_LOST_STATE.key()
                            + " = true once, to " + loss);
        }
        LOG.warn("Program '{}' was told to {}, though {}", program.id(), loss, what);
    }
}
