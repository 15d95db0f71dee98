// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.BatchId;
import io.millrace.api.codec.Codec;
import io.millrace.api.function.BatchFunction;
import io.millrace.api.function.LongReduceFunction;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.operator.Operator;
import io.millrace.spi.plugin.Provider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in the graph that a program declared. Knows its parents and, as they are declared, its children. */
public abstract sealed class Node {
    private final int id;
    private final String label;
    private final List<Node> parents;
    private final List<Node> children = new ArrayList<>();

    private Node(Graph graph, String label, List<Node> parents) {
        this.label = label;
        this.parents = List.copyOf(parents);
        this.id = graph.add(this);
        parents.forEach(parent -> parent.children.add(this));
    }

    /** Its place in the order of declaration. */
    public final int id() {
        return id;
    }

    /** The operator's name, for people. */
    public final String label() {
        return label;
    }

    public final List<Node> parents() {
        return parents;
    }

    public final List<Node> children() {
        return Collections.unmodifiableList(children);
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

        public Source(
                Graph graph,
                String stream,
                String provider,
                Map<String, String> settings,
                @Nullable Provider implementation) {
            super(graph, stream, List.of());
            this.stream = stream;
            this.provider = provider;
            this.settings = Map.copyOf(settings);
            this.implementation = implementation;
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

        /** The provider that the program made; null if it is to be found by its name. */
        public @Nullable Provider implementation() {
            return implementation;
        }
    }

    /** One element in, any number out, within a partition. */
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
        public Union(Graph graph, List<Node> parents) {
            super(graph, "union", parents);
        }
    }

    /** Elements are brought together by key, combined, and go on in numbered partitions. */
    public static final class Exchange extends Node {
        private final Combine combine;
        private final int partitions;

        public Exchange(Graph graph, String label, Node parent, Combine combine, int partitions) {
            super(graph, label, List.of(parent));
            this.combine = combine;
            this.partitions = partitions;
        }

        public Combine combine() {
            return combine;
        }

        /** How many partitions the program asked for; 0 for as many as tasks run at once. */
        public int partitions() {
            return partitions;
        }

        @Override
        public boolean keyed() {
            return !(combine instanceof Combine.Count);
        }
    }

    /** How an exchange combines what meets in a partition. */
    public sealed interface Combine {
        /** Values of the same key by a function. */
        record ByKey(ReduceFunction<Object> function) implements Combine {}

        /** Numbers of the same byte-string key by a function. */
        record BySlice(LongReduceFunction function) implements Combine {}

        /** All elements, by counting them. */
        record Count() implements Combine {}
    }

    /** A total per key, kept for ever. */
    public static final class RunningReduce extends Node {
        private final String state;
        private final Codec<Object> keys;
        private final Codec<Object> values;
        private final ReduceFunction<Object> function;

        public RunningReduce(
                Graph graph,
                Node parent,
                String state,
                Codec<Object> keys,
                Codec<Object> values,
                ReduceFunction<Object> function) {
            super(graph, "runningReduce(" + state + ")", List.of(parent));
            this.state = state;
            this.keys = keys;
            this.values = values;
            this.function = function;
        }

        public String state() {
            return state;
        }

        public Codec<Object> keys() {
            return keys;
        }

        public Codec<Object> values() {
            return values;
        }

        public ReduceFunction<Object> function() {
            return function;
        }

        @Override
        public boolean keyed() {
            return true;
        }
    }

    /** A number per byte-string key, kept for ever. */
    public static final class SliceRunningReduce extends Node {
        private final String state;
        private final LongReduceFunction function;

        public SliceRunningReduce(Graph graph, Node parent, String state, LongReduceFunction function) {
            super(graph, "runningReduce(" + state + ")", List.of(parent));
            this.state = state;
            this.function = function;
        }

        public String state() {
            return state;
        }

        public LongReduceFunction function() {
            return function;
        }

        @Override
        public boolean keyed() {
            return true;
        }
    }

    /** What a program does with each batch; {@link BatchId#output()} is its name. */
    public static final class Output extends Node {
        private final String name;
        private final BatchFunction<Object> function;

        public Output(Graph graph, Node parent, String name, BatchFunction<Object> function) {
            super(graph, name, List.of(parent));
            this.name = name;
            this.function = function;
        }

        public String name() {
            return name;
        }

        public BatchFunction<Object> function() {
            return function;
        }
    }
}
