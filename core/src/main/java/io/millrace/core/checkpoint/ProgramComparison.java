// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import io.millrace.api.codec.ByteReader;
import io.millrace.core.graph.Graph;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.LogView;
import io.millrace.core.state.State;
import io.millrace.core.state.StateLog;
import io.millrace.core.state.States;
import io.millrace.core.state.StoredState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether a program can start on a checkpoint that another version of it wrote, and what becomes of each thing in it.
 * Every state is read with the codecs of the program, so what this says was tried and not guessed.
 */
public final class ProgramComparison {
    private final Checkpoint checkpoint;
    private final LedgerState ledger;
    private final List<String> lines = new ArrayList<>();
    private final boolean acceptsLoss;
    private boolean possible = true;
    private boolean lossy;

    private ProgramComparison(Checkpoint checkpoint, boolean acceptsLoss) {
        this.checkpoint = checkpoint;
        this.acceptsLoss = acceptsLoss;
        this.ledger = checkpoint.ledger();
    }

    /**
     * What was found.
     *
     * @param lines for people
     * @param possible whether the program can start
     */
    public record Report(List<String> lines, boolean possible) {
        public Report {
            lines = List.copyOf(lines);
        }
    }

    /**
     * What sinks say of what a checkpoint says they prepared, each in a line for people.
     *
     * @param refused what a start would refuse
     * @param unknown what could not be asked
     * @param damaged whether any sink has prepared nothing of the kind
     */
    public record Prepared(List<String> refused, List<String> unknown, boolean damaged) {
        public Prepared {
            refused = List.copyOf(refused);
            unknown = List.copyOf(unknown);
        }
    }

    /**
     * Compares; nothing is claimed, fenced or written.
     *
     * @param acceptsLoss whether the program was told to go on although something is lost
     * @param prepared what sinks say of what the checkpoint says they prepared
     */
    public static Report of(
            Checkpoint checkpoint,
            String program,
            Duration interval,
            Graph graph,
            boolean acceptsLoss,
            Prepared prepared) {
        ProgramComparison comparison = new ProgramComparison(checkpoint, acceptsLoss);
        comparison.program(program, interval);
        comparison.states(graph);
        comparison.inputs(graph);
        comparison.outputs(graph);
        prepared.refused().forEach(why -> comparison.refuse("prepared", why));
        prepared.unknown().forEach(why -> comparison.line("not checked", why));
        comparison.line("verdict", comparison.verdict());
        return new Report(comparison.lines, comparison.possible && (acceptsLoss || !comparison.lossy));
    }

    private String verdict() {
        if (!possible) {
            return "it CANNOT start, see above";
        } else if (!lossy) {
            return "the program can start on this checkpoint";
        }
        return acceptsLoss
                ? "the program can start on this checkpoint, and was told to accept what is LOST, see above"
                : "it CANNOT start unless it is told to accept what is LOST, see above: start.accept-lost-state = true";
    }

    private void program(String program, Duration interval) {
        String owner = String.valueOf(ledger.programId());
        if (owner.equals(program)) {
            line("program", program);
        } else {
            refuse("program", "the checkpoint belongs to program '" + owner + "', not to '" + program + "'");
        }
        if (ledger.batchInterval() != interval.toMillis()) {
            line(
                    "interval",
                    interval.toMillis() + " ms, was " + ledger.batchInterval()
                            + " ms: from the first grid point on that is" + " after the last batch");
        }
    }

    private void states(Graph graph) {
        Set<String> left = new TreeSet<>(ledger.states());
        left.removeIf(name -> name.startsWith("#")); // the engine's own
        try (LogView log = checkpoint.view(States.LOG)) {
            for (State state : graph.states()) {
                StoredState stored = StoredState.of(state, ledger);
                left.remove(stored.name());
                if (stored.handles().isEmpty()) {
                    line("state", state.name() + ": new, starts " + (state.begin() ? "as the program says" : "empty"));
                } else {
                    read(state, stored, log);
                }
            }
        }
        left.forEach(name -> line(
                "state",
                name + ": not declared any more; it stays on disk for a version that declares it, until 'millrace"
                        + " checkpoint forget'"));
    }

    private void read(State state, StoredState stored, LogView log) {
        String codecs = "";
        try {
            state.partition(1);
            stored.begin();
            for (LogHandle handle : stored.handles()) {
                byte[] chunk = log.read(handle, StateLog.ENTRY_TYPE);
                codecs = ", stored as " + StateLog.codecs(new ByteReader(chunk));
                state.load(new ByteReader(stored.chunk(handle, chunk)));
            }
            stored.end();
            List<String> changes = state.changes(stored.definition());
            String how = stored.renamed() ? "taken over from '" + stored.name() + "'" : "kept";
            line(
                    "state",
                    state.name() + ": " + how + (changes.isEmpty() ? "" : " as another window") + ", " + state.keys()
                            + " keys" + codecs);
            changes.forEach(change -> line("state", state.name() + ": " + change));
            leftBehind(state, stored.name());
        } catch (RuntimeException e) {
            refuse("state", state.name() + codecs + ": " + e.getMessage());
        }
    }

    private void leftBehind(State state, String stored) {
        Long last = ledger.leftBehind(stored);
        if (last != null) {
            lossy = true;
            line(
                    "LOST",
                    state.name() + " is as of "
                            + (last == Long.MIN_VALUE ? "no batch" : "batch " + Instant.ofEpochMilli(last))
                            + ": what the batches up to " + Instant.ofEpochMilli(ledger.lastCommitted())
                            + " have read, of versions that did not declare it, is missing in it; a savepoint of before"
                            + " them has all, and under a new name it begins anew");
        }
    }

    private void inputs(Graph graph) {
        Set<String> left = new TreeSet<>(ledger.streams());
        for (Node.Source source : graph.nodes(Node.Source.class)) {
            String stream = source.stream();
            if (left.remove(stream)) {
                Map<String, String> positions = new TreeMap<>();
                ledger.positions(stream).forEach((partition, at) -> positions.put(partition, at.toString()));
                line("input", stream + ": goes on at " + positions);
            } else {
                line("input", stream + ": new, begins where its settings say");
            }
        }
        left.forEach(stream -> line("input", stream + ": not declared any more; its positions are kept"));
        Set<String> declared =
                graph.nodes(Node.Source.class).stream().map(Node.Source::stream).collect(Collectors.toSet());
        ledger.plannedStreams().stream()
                .filter(stream -> !declared.contains(stream))
                .forEach(stream -> refuse(
                        "input",
                        stream + ": batches that are planned and not committed read it; let the old program finish them"
                                + " with a graceful stop"));
    }

    private void outputs(Graph graph) {
        List<String> now =
                graph.nodes(Node.Output.class).stream().map(Node.Output::name).toList();
        if (!ledger.planned().isEmpty()) {
            line("to run again", ledger.planned().size() + " batches that are planned and not committed");
            List<String> then = ledger.planned().values().iterator().next().outputs();
            if (!then.equals(now)) {
                line("outputs", now + ", were " + then + ": those batches run with the new ones");
            }
        }
        line("outputs", String.join(", ", now));
    }

    private void refuse(String what, String text) {
        possible = false;
        line(what, text);
    }

    private void line(String what, String text) {
        lines.add(String.format(Locale.ROOT, "%-14s%s", what, text));
    }
}
