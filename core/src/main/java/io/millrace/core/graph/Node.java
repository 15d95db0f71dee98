// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.BatchId;
import io.millrace.api.OutputPolicy;
import io.millrace.api.function.BatchFunction;
import io.millrace.api.sink.SinkTarget;
import io.millrace.core.exchange.Exchanger;
import io.millrace.core.operator.Operator;
import io.millrace.core.state.State;
import io.millrace.spi.plugin.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in the graph that a program declared. Knows its parents and, as they are declared, its children. */
public abstract sealed class Node {
    private final int id;
    private final String label;
    private final String declaredAt;
    private final List<Node> parents;
    private final List<Node> children = new ArrayList<>();
    private final long slide;
    private final boolean everyBatch;

    private Node(Graph graph, String label, List<Node> parents) {
        this(graph, label, parents, sameSlide(graph, label, parents));
    }

    private Node(Graph graph, String label, List<Node> parents, long slide) {
        this.label = label;
        this.declaredAt = CallSite.find();
        this.parents = List.copyOf(parents);
        this.slide = slide;
        this.everyBatch = slide == graph.interval();
        this.id = graph.add(this);
        parents.forEach(parent -> parent.children.add(this));
    }

    private static long sameSlide(Graph graph, String label, List<Node> parents) {
        if (parents.isEmpty()) {
            return graph.interval();
        }
        Node first = parents.get(0);
        for (Node other : parents) {
            if (other.slide != first.slide) {
                throw new IllegalArgumentException("'" + label + "' at " + CallSite.find() + ": " + first.place()
                        + " has a batch every " + Duration.ofMillis(first.slide) + ", " + other.place() + " every "
                        + Duration.ofMillis(other.slide) + ": give them the same slide");
            }
        }
        return first.slide;
    }

    /** Its place in the order of declaration. */
    public final int id() {
        return id;
    }

    /** The operator's name, for people. */
    public final String label() {
        return label;
    }

    /** The operator's name and where in the program it was declared, for errors. */
    public final String place() {
        return "'" + label + "' at " + declaredAt;
    }

    /** Where in the program it was declared. */
    public final String declaredAt() {
        return declaredAt;
    }

    public final List<Node> parents() {
        return parents;
    }

    public final List<Node> children() {
        return Collections.unmodifiableList(children);
    }

    /** How often it has a batch, in milliseconds: a multiple of the batch interval. */
    public final long slide() {
        return slide;
    }

    /** It has a batch at the multiples of this: {@link #slide}, or a millisecond if it has one at every batch time. */
    final long dueEvery() {
        return everyBatch ? 1 : slide;
    }

    /** Whether it has a batch at a batch time, which may have been planned with another batch interval. */
    public final boolean due(long batchTime) {
        return everyBatch || batchTime % slide == 0;
    }

    /** Whether each key is in the partition of its hash, and there at most once per batch. */
    public boolean keyed() {
        return false;
    }

    /** Records come in. */
    public static final class Source extends Node {
        private final String stream;
        private final String provider;
        private final Map<String, String> settings;
        private final @Nullable Provider implementation;
        private final boolean inMemory;

        public Source(
                Graph graph,
                String stream,
                String provider,
                Map<String, String> settings,
                @Nullable Provider implementation,
                boolean inMemory) {
            super(graph, stream, List.of());
            this.stream = stream;
            this.provider = provider;
            this.settings = Map.copyOf(settings);
            this.implementation = implementation;
            this.inMemory = inMemory;
        }

        public String stream() {
            return stream;
        }

        public String provider() {
            return provider;
        }

        public Map<String, String> settings() {
            return settings;
        }

        /** Whether a receiver's blocks are kept in memory beside the log. */
        public boolean inMemory() {
            return inMemory;
        }

        /** The provider that the program made; null if it is to be found by its name. */
        public @Nullable Provider implementation() {
            return implementation;
        }
    }

    /** Elements in, any number out, within a partition. */
    public static final class Narrow extends Node {
        private final Operator.Maker maker;
        private final boolean keepsKeys;

        public Narrow(Graph graph, String label, Node parent, boolean keepsKeys, Operator.Maker maker) {
            super(graph, label, List.of(parent));
            this.maker = maker;
            this.keepsKeys = keepsKeys;
        }

        public Operator.Maker maker() {
            return maker;
        }

        @Override
        public boolean keyed() {
            return keepsKeys && parents().get(0).keyed();
        }
    }

    /** The elements of all parents. */
    public static final class Union extends Node {
        public Union(Graph graph, String label, List<Node> parents) {
            super(graph, label, parents);
        }
    }

    /** Elements are brought together, and go on in numbered partitions. */
    public static final class Exchange extends Node {
        private final Exchanger exchanger;
        private final int partitions;

        public Exchange(Graph graph, String label, Node parent, Exchanger exchanger, int partitions) {
            super(graph, label, List.of(parent));
            this.exchanger = exchanger;
            this.partitions = partitions;
        }

        public Exchanger exchanger() {
            return exchanger;
        }

        /** How many partitions the program asked for; 0 for as many as tasks run at once. */
        public int partitions() {
            return partitions;
        }

        @Override
        public boolean keyed() {
            return exchanger.keyed();
        }
    }

    /** Something is kept from batch to batch. */
    public static final class Stateful extends Node {
        private final State state;

        /**
         * Adds it.
         *
         * @param slide how often it has a batch, in milliseconds
         */
        public Stateful(Graph graph, String label, Node parent, long slide, State state) {
            super(graph, label + "(" + state.name() + ")", List.of(parent), slide);
            this.state = state;
        }

        public State state() {
            return state;
        }

        @Override
        public boolean keyed() {
            return state.keyed();
        }
    }

    /** What a state gives beside its own elements: all that it holds, or what came too late. */
    public static final class Side extends Node {
        private final boolean keyed;

        public Side(Graph graph, String label, Stateful parent, boolean keyed) {
            super(graph, label, List.of(parent));
            this.keyed = keyed;
        }

        @Override
        public boolean keyed() {
            return keyed;
        }
    }

    /** Batches are kept in memory for programs to look at. */
    public static final class Remember extends Node {
        private final RememberedBatches batches;

        public Remember(Graph graph, Node parent, RememberedBatches batches) {
            super(graph, "remember", List.of(parent));
            this.batches = batches;
        }

        public RememberedBatches batches() {
            return batches;
        }
    }

    /** What a program does with each batch; {@link BatchId#output()} is its name. */
    public static final class Output extends Node {
        private final String name;
        private final OutputPolicy policy;
        private final BatchFunction<Object> function;
        private final @Nullable SinkTarget<?> target;

        /** An output to a sink. */
        public Output(Graph graph, Node parent, String name, OutputPolicy policy, SinkTarget<?> target) {
            super(graph, name, List.of(parent));
            this.name = name;
            this.policy = policy;
            this.target = target;
            this.function = batch -> {
                throw new IllegalStateException("output '" + name + "' has a sink and no function");
            };
        }

        /** An output that is a function of the program. */
        public Output(Graph graph, Node parent, String name, OutputPolicy policy, BatchFunction<Object> function) {
            super(graph, name, List.of(parent));
            this.name = name;
            this.policy = policy;
            this.function = function;
            this.target = null;
        }

        public String name() {
            return name;
        }

        /** Where it goes if it goes to a sink; null if it is a function. */
        public @Nullable SinkTarget<?> target() {
            return target;
        }

        /** What becomes of a batch when the function throws. */
        public OutputPolicy policy() {
            return policy;
        }

        public BatchFunction<Object> function() {
            return function;
        }
    }
}
