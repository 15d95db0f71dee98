// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.LongAccumulator;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.function.TransformAllFunction;
import io.millrace.core.state.Accumulators;
import io.millrace.core.state.State;
import io.millrace.core.state.Watermarks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that a program declared, in order; closed to further declarations once the context leaves its first state. */
public final class Graph {
    private final StreamingContext context;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Named> streams = new HashMap<>();
    private final Set<String> states = new HashSet<>();
    private final Set<String> outputs = new HashSet<>();
    private final Set<String> accumulatorNames = new HashSet<>();
    private final Accumulators accumulators = new Accumulators();

    public Graph(StreamingContext context) {
        this.context = context;
    }

    public StreamingContext context() {
        return context;
    }

    /** All nodes; a parent comes before its children. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** The nodes of one kind. */
    public <N extends Node> List<N> nodes(Class<N> kind) {
        return nodes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    int add(Node node) {
        refuseUnlessDeclaring("'" + node.label() + "'");
        nodes.add(node);
        return nodes.size() - 1;
    }

    /** Throws if the context has left its first state. */
    void refuseUnlessDeclaring(String label) {
        switch (context.state()) {
            case ACTIVE ->
                throw new IllegalStateException(
                        label
                                + " is declared after start: declare inputs, operators, outputs and accumulators before start()");
            case STOPPED -> throw new IllegalStateException(label + " is declared after stop: build a new context");
            case INITIALIZED -> {}
        }
    }

    /** The states, in order of declaration. */
    public List<State> states() {
        return nodes(Node.Stateful.class).stream().map(Node.Stateful::state).toList();
    }

    /** The operator of a state and where in the program it was declared, for errors. */
    public String placeOf(State state) {
        return nodes(Node.Stateful.class).stream()
                .filter(node -> node.state() == state)
                .map(Node::place)
                .findFirst()
                .orElseThrow();
    }

    /** Whether what a batch computes depends on the batches before it: by a state or an accumulator. */
    public boolean hasState() {
        return !accumulatorNames.isEmpty() || !nodes(Node.Stateful.class).isEmpty();
    }

    /** The batch interval in milliseconds. */
    long interval() {
        return context.batchInterval().toMillis();
    }

    /** The elements of several streams. */
    public <T> DStream<T> union(List<? extends DStream<T>> streams) {
        GraphStream<T> first = GraphStream.erase(first("union", streams));
        return first.union(streams.subList(1, streams.size()));
    }

    /** A stream made of the whole batches of others. */
    public <R> DStream<R> transform(List<? extends DStream<?>> streams, TransformAllFunction<R> function) {
        return first("transform", streams).transformed("transform", streams, function::apply);
    }

    private GraphStream<?> first(String label, List<? extends DStream<?>> streams) {
        if (streams.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + label + "' at " + CallSite.find() + " of no streams: give at least 1");
        }
        if (streams.get(0) instanceof GraphStream<?> own && own.graph == this) {
            return own;
        }
        throw new IllegalArgumentException(
                "'" + label + "' at " + CallSite.find() + " of streams of another context: declare them on this one");
    }

    /** Declares an accumulator. */
    public LongAccumulator accumulator(String name) {
        refuseUnlessDeclaring("accumulator '" + name + "'");
        claim("accumulator", name, accumulatorNames);
        return accumulators.declare(name);
    }

    /** The accumulators. */
    public Accumulators accumulators() {
        return accumulators;
    }

    /** Where an input was declared, and whether the program gave it its name. */
    private record Named(String at, boolean byProgram) {}

    /** Takes a name for an input. */
    public String claimStream(String name) {
        refuseUnlessDeclaring("input '" + name + "'");
        Named before = streams.get(name);
        if (before != null && !before.byProgram) {
            throw unnamed(name, before.at);
        }
        refuse("input", name, streams.keySet());
        streams.put(name, new Named(CallSite.find(), true));
        return name;
    }

    /**
     * Takes a name for an input that the program did not name: the provider's. A number would hang on the order of
     * declarations, and one input would go on where another was.
     */
    public String providersStream(String provider) {
        refuseUnlessDeclaring("input '" + provider + "'");
        Named before = streams.get(provider);
        if (before != null) {
            throw unnamed(provider, before.at);
        }
        streams.put(provider, new Named(CallSite.find(), false));
        return provider;
    }

    private static MillraceException unnamed(String name, String before) {
        return new MillraceException(
                ErrorCode.USER_CONFIG,
                "the inputs at " + before + " and " + CallSite.find() + " are both called '" + name + "', since one"
                        + " without a name has its provider's: a checkpoint could not tell them apart. Give each a name"
                        + " that stays, as in receive(\"orders\", \"" + name
                        + "\", settings) or source.named(\"orders\");"
                        + " to go on from a checkpoint of before, name the first one (\"" + name
                        + "\") and the second one (\"" + name + "-2\")");
    }

    /** Takes a name for a state. */
    public String claimState(String name) {
        if (name.equals(Accumulators.STATE) || name.equals(Watermarks.STATE)) {
            throw new IllegalArgumentException("state '" + name + "' has the name under which " + name.substring(1)
                    + " are kept: give it another");
        }
        return claim("state", name, states);
    }

    /** Takes a name for an output. */
    public String claimOutput(String name) {
        return claim("output", name, outputs);
    }

    /** Takes a name for an output that the program did not name. */
    public String nextOutput() {
        int n = outputs.size();
        while (outputs.contains("output-" + n)) {
            n++;
        }
        return claimOutput("output-" + n);
    }

    private static String claim(String kind, String name, Set<String> taken) {
        refuse(kind, name, taken);
        taken.add(name);
        return name;
    }

    private static void refuse(String kind, String name, Set<String> taken) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of an " + kind + " is blank: give it one that stays");
        }
        if (taken.contains(name)) {
            throw new IllegalArgumentException(
                    kind + " '" + name + "' is declared twice: its name identifies it on disk, give each its own");
        }
    }
}
