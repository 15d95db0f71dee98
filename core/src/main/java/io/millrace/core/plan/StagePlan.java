// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.exchange.Exchanger.ExchangeWriter;
import io.millrace.core.graph.Node;
import io.millrace.core.letter.LetterWriter;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.EventTimes;
import io.millrace.core.operator.FailedElements;
import io.millrace.core.operator.FunctionOperator;
import io.millrace.core.operator.Operator;
import io.millrace.core.operator.Operators;
import io.millrace.core.operator.Origin;
import io.millrace.core.operator.Skipped;
import io.millrace.core.state.Accumulators;
import io.millrace.core.state.State;
import io.millrace.core.state.StateChunk;
import io.millrace.core.state.StateOperator;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.TaskContext;
import io.millrace.spi.scheduler.TaskOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** One stage: what its tasks read, and the chain of operators that they push it through. */
final class StagePlan {
    private final Node root;
    private final Map<Node, Integer> stageOf;
    private final int partitions;
    private final List<Integer> inputs;
    private final Set<Node> live;
    private final RecordErrors errors;
    private final Map<Node.Exchange, Integer> exchangePartitions = new LinkedHashMap<>();
    private final List<Node.Stateful> stateful = new ArrayList<>();
    private final String name;
    private final boolean writesLetters;

    StagePlan(
            Node root,
            Map<Node, Integer> stageOf,
            int partitions,
            List<Integer> inputs,
            Set<Node> live,
            RecordErrors errors) {
        this.root = root;
        this.stageOf = stageOf;
        this.partitions = partitions;
        this.inputs = inputs;
        this.live = live;
        this.errors = errors;
        StringJoiner labels = new StringJoiner(" → ");
        describe(root, labels, new HashSet<>());
        this.name = labels.toString();
        this.writesLetters = errors.mayWriteLetters();
    }

    private void describe(Node node, StringJoiner labels, Set<Node> described) {
        if (!described.add(node)) {
            return;
        }
        labels.add(node.label());
        for (Node child : node.children()) {
            if (child instanceof Node.Exchange exchange) {
                if (stageOf.containsKey(exchange)) {
                    exchangePartitions.put(exchange, 0);
                }
            } else if (live.contains(child)) {
                if (child instanceof Node.Stateful state) {
                    stateful.add(state);
                }
                describe(child, labels, described);
            }
        }
    }

    /** Learns how many partitions the stages have that it feeds. */
    void link(List<StagePlan> all) {
        exchangePartitions.replaceAll((exchange, unknown) -> all.get(stage(exchange)).partitions);
    }

    private int stage(Node node) {
        Integer stage = stageOf.get(node);
        if (stage == null) {
            throw new IllegalStateException("'" + node.label() + "' begins no stage");
        }
        return stage;
    }

    Node root() {
        return root;
    }

    String name() {
        return name;
    }

    int partitions() {
        return partitions;
    }

    List<Integer> inputs() {
        return inputs;
    }

    /** How many partitions it has in a batch: none if it has nothing to do. */
    int partitions(BatchParameters batch) {
        boolean runs =
                root.takesPart(batch.batchTime()) || stateful.stream().anyMatch(node -> watches(node, batch));
        return runs ? partitions : 0;
    }

    /**
     * Whether a state that does not take part in a batch has to do with it all the same: it is to be written whole, or
     * time passes for it, or less time than it would think.
     */
    private static boolean watches(Node.Stateful node, BatchParameters batch) {
        State state = node.state();
        return !node.takesPart(batch.batchTime())
                && (state.passes() || batch.pause() > 0 || batch.snapshots().contains(state.name()));
    }

    List<String> states() {
        return stateful.stream().map(node -> node.state().name()).toList();
    }

    Stage.Kind kind() {
        if (!stateful.isEmpty()) {
            return Stage.Kind.STATEFUL;
        }
        return root instanceof Node.Source ? Stage.Kind.SOURCE : Stage.Kind.EXCHANGE;
    }

    /** Runs one task. */
    TaskOutput run(TaskContext context, List<TaskInput> parts, BatchParameters batch) throws Exception {
        if (context.cancelled()) {
            throw new CancellationException("batch " + batch.batchTime() + " was cancelled");
        }
        Accumulators.begin();
        Chain chain = new Chain(context.partition(), context.attempt(), batch);
        try {
            long records = 0;
            if (root.takesPart(batch.batchTime())) {
                records = feed(chain.after(root), context, parts, chain);
                chain.end();
            }
            chain.watch();
            return chain.finish(records, Accumulators.end());
        } catch (Throwable failure) {
            chain.rollback();
            Accumulators.end();
            throw failure;
        }
    }

    private long feed(Operator first, TaskContext context, List<TaskInput> parts, Chain chain) throws Exception {
        if (root instanceof Node.Exchange exchange) {
            List<Object> buckets = new ArrayList<>();
            for (int input = 0; input < inputs.size(); input++) {
                buckets.addAll(context.exchanged(input));
            }
            exchange.exchanger().merge(buckets, first);
            return 0;
        }
        TaskInput part = parts.get(context.partition());
        if (!writesLetters && chain.eventTimes.isEmpty()) {
            return new Feed(first).read(part, context.slot());
        }
        long records = new Feed.Traced(first, chain.origin).read(part, context.slot());
        chain.origin.at(null);
        return records;
    }

    /** The operators of one task. Nodes that are reached twice, through a union, share their operator. */
    private final class Chain {
        private final int partition;
        private final BatchParameters batch;
        private final Skipped skipped = new Skipped();
        private final Origin origin;
        private final LetterWriter letters;
        private final List<EventTimes> eventTimes = new ArrayList<>();
        private final Map<Node, Operator> made = new HashMap<>();
        private final Map<Node.Exchange, ExchangeWriter> writers = new LinkedHashMap<>();
        private final Map<Integer, OutputCollector> collectors = new LinkedHashMap<>();
        private final List<Operator> inOrder = new ArrayList<>();
        private final List<StateOperator> states = new ArrayList<>();

        Chain(int partition, int attempt, BatchParameters batch) {
            this.partition = partition;
            this.batch = batch;
            String stream = root instanceof Node.Source source ? source.stream() : "";
            this.origin = new Origin(stream, "#" + root.id() + "/" + partition);
            this.letters = new LetterWriter(batch.id(""), origin, attempt, errors.maxBytes());
        }

        Operator after(Node node) {
            List<Operator> next = new ArrayList<>();
            for (Node child : node.children()) {
                if (reached(child) && !(child instanceof Node.Side)) {
                    next.add(operator(child));
                }
            }
            return next.size() == 1 ? next.get(0) : new Operators.FanOut(next);
        }

        private boolean reached(Node child) {
            boolean inPlan = child instanceof Node.Exchange exchange
                    ? exchangePartitions.containsKey(exchange)
                    : live.contains(child);
            return inPlan && child.takesPart(batch.batchTime());
        }

        private Operator operator(Node node) {
            Operator operator = made.get(node);
            if (operator == null) {
                operator = make(node);
                made.put(node, operator);
                if (!(node instanceof Node.Union || node instanceof Node.Side)) { // they have none of their own
                    inOrder.add(operator);
                }
            }
            return operator;
        }

        private Operator make(Node node) {
            if (node instanceof Node.Narrow narrow) {
                Operator operator = narrow.maker().make(batch, after(node));
                if (operator instanceof FunctionOperator function) {
                    function.at(node.place(), failed(node));
                    function.from(origin);
                }
                if (operator instanceof EventTimes times) {
                    eventTimes.add(times);
                }
                return operator;
            } else if (node instanceof Node.Exchange exchange) {
                ExchangeWriter writer =
                        exchange.exchanger().writer(partition, exchangePartitions.getOrDefault(exchange, 1));
                writers.put(exchange, writer);
                return writer;
            } else if (node instanceof Node.Output || node instanceof Node.Remember) {
                OutputCollector collector = new OutputCollector();
                collectors.put(node.id(), collector);
                return collector;
            } else if (node instanceof Node.Stateful state) {
                StateOperator operator = state.state().operator(partition, batch, after(node), side(state));
                states.add(operator);
                return operator;
            }
            return after(node);
        }

        private @Nullable FailedElements failed(Node node) {
            return switch (errors.policy(node)) {
                case STOP -> null;
                case SKIP -> skipped.of(node.place());
                case DEAD_LETTER -> letters.of(node.label(), node.declaredAt(), node.place(), errors.outputs(node));
            };
        }

        private @Nullable Operator side(Node.Stateful state) {
            List<Operator> wanted = new ArrayList<>();
            for (Node child : state.children()) {
                if (reached(child) && child instanceof Node.Side) {
                    wanted.add(operator(child));
                }
            }
            return wanted.isEmpty() ? null : new Operators.FanOut(wanted);
        }

        /** Lets the states write that have to do with a batch in which they do not take part. */
        void watch() throws Exception {
            for (Node.Stateful node : stateful) {
                if (watches(node, batch)) {
                    StateOperator operator =
                            node.state().operator(partition, batch, new Operators.FanOut(List.of()), null);
                    states.add(operator);
                    if (node.state().passes()) {
                        operator.end();
                    }
                }
            }
        }

        /** Tells all operators that everything was pushed: each was made after those that it pushes to. */
        void end() throws Exception {
            for (int i = inOrder.size() - 1; i >= 0; i--) {
                inOrder.get(i).end();
            }
        }

        private Map<String, Map<String, Long>> latest() {
            Map<String, Map<String, Long>> latest = new HashMap<>();
            for (EventTimes times : eventTimes) {
                times.latest()
                        .forEach((partition, at) -> latest.computeIfAbsent(times.state(), state -> new HashMap<>())
                                .merge(partition, at, Math::max));
            }
            return latest;
        }

        private Map<String, Long> ahead() {
            Map<String, Long> ahead = new HashMap<>();
            for (EventTimes times : eventTimes) {
                if (times.ahead() > 0) {
                    ahead.merge(times.state(), times.ahead(), Long::sum);
                }
            }
            return ahead;
        }

        void rollback() {
            for (int i = states.size() - 1; i >= 0; i--) {
                states.get(i).rollback();
            }
        }

        TaskOutput finish(long records, Map<String, Long> accumulated) {
            List<StateChunk> chunks = new ArrayList<>();
            states.forEach(operator -> chunks.addAll(operator.finish()));
            Map<Integer, List<Object>> outputs = new LinkedHashMap<>();
            collectors.forEach((output, collector) -> outputs.put(output, collector.elements()));
            Map<Integer, @Nullable Object[]> exchanges = new HashMap<>();
            writers.forEach((exchange, writer) -> exchanges.put(stage(exchange), writer.buckets()));
            return new TaskOutput(
                    exchanges,
                    new TaskReport(
                            records,
                            outputs,
                            chunks,
                            accumulated,
                            latest(),
                            ahead(),
                            skipped.elements(),
                            letters.letters()));
        }
    }
}
