// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import static java.util.Objects.requireNonNull;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.exchange.Exchanger.ExchangeWriter;
import io.millrace.core.failure.Failures;
import io.millrace.core.graph.Node;
import io.millrace.core.letter.LetterWriter;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.EventTimes;
import io.millrace.core.operator.FailedElements;
import io.millrace.core.operator.FunctionFailure;
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
    private final int job;
    private final JobOrder order;
    private final boolean counts;
    private final Map<Node, Integer> stageOf;
    private final int partitions;
    private final List<Integer> inputs;
    private final Set<Node> reached = new HashSet<>();
    private final Set<Node> held = new HashSet<>();
    private final RecordErrors errors;
    private final Map<Node.Exchange, Integer> exchangePartitions = new LinkedHashMap<>();
    private final List<Node.Stateful> stateful = new ArrayList<>();
    private final String name;
    private final boolean writesLetters;
    private boolean ofPartitions;

    StagePlan(
            Node root,
            int job,
            JobOrder order,
            Map<Node, Integer> stageOf,
            int partitions,
            List<Integer> inputs,
            RecordErrors errors) {
        this.root = root;
        this.job = job;
        this.order = order;
        this.counts = order.computes(job, root);
        this.stageOf = stageOf;
        this.partitions = partitions;
        this.inputs = inputs;
        this.errors = errors;
        StringJoiner labels = new StringJoiner(" → ");
        describe(root, labels);
        this.name = labels.toString();
        this.writesLetters = errors.mayWriteLetters();
    }

    private void describe(Node node, StringJoiner labels) {
        if (!reached.add(node)) {
            return;
        }
        labels.add(node.label());
        ofPartitions |= node instanceof Node.Narrow narrow && narrow.isOfPartitions();
        if (order.computes(job, node) && order.isHeld(node)) {
            held.add(node);
        }
        for (Node child : node.children()) {
            if (!order.computes(job, child)) {
                continue;
            }
            if (child instanceof Node.Exchange exchange) {
                exchangePartitions.put(exchange, 0);
            } else {
                if (child instanceof Node.Stateful state) {
                    stateful.add(state);
                }
                describe(child, labels);
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

    /** What its tasks read in a batch of which an input has these parts. Something may be made of nothing, in a task. */
    List<TaskInput> parts(List<TaskInput> given) {
        return given.isEmpty() && ofPartitions ? List.of((slot, consumer) -> 0) : given;
    }

    List<Integer> inputs() {
        return inputs;
    }

    /**
     * How many partitions it has in a batch: none if it has nothing to do.
     *
     * @param held how many partitions there are of what an earlier job of the batch computed, if it begins with that
     */
    int partitions(int held, BatchParameters batch) {
        if (takesPart(batch)) {
            return !readsHeld() ? partitions : held == 0 && ofPartitions ? 1 : held;
        }
        return stateful.stream().anyMatch(node -> watches(node, batch)) ? partitions : 0;
    }

    /** Whether elements come in. */
    private boolean takesPart(BatchParameters batch) {
        return readsHeld() ? root.due(batch.batchTime()) : root.takesPart(batch.batchTime());
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

    /** The nodes that its tasks pass, from its root on. */
    Set<Node> reached() {
        return reached;
    }

    /** Whether its tasks begin with what an earlier job of the batch computed. */
    boolean readsHeld() {
        return !(root instanceof Node.Source) && !order.computes(job, root);
    }

    Stage.Kind kind() {
        if (!stateful.isEmpty()) {
            return Stage.Kind.STATEFUL;
        }
        return root instanceof Node.Source || readsHeld() ? Stage.Kind.SOURCE : Stage.Kind.EXCHANGE;
    }

    /** Runs one task. */
    TaskOutput run(TaskContext context, List<TaskInput> parts, List<Held> earlier, BatchParameters batch)
            throws Exception {
        if (context.cancelled()) {
            throw new CancellationException("batch " + batch.batchTime() + " was cancelled");
        }
        Accumulators.begin();
        Held begin = context.partition() < earlier.size() ? earlier.get(context.partition()) : null;
        Chain chain = new Chain(begin, context.partition(), context.attempt(), batch);
        try {
            long records = 0;
            if (takesPart(batch)) {
                Operator first = chain.after(root);
                if (begin != null) {
                    begin.feed(first, chain.origin);
                } else if (!readsHeld()) {
                    records = feed(first, context, parts, chain);
                }
                chain.end();
            }
            chain.watch();
            return chain.finish(counts ? records : 0, Accumulators.end());
        } catch (Throwable failure) {
            MillraceException broken = chain.rollback(failure);
            Accumulators.end();
            if (broken != null) {
                throw broken;
            }
            throw failure;
        }
    }

    private long feed(Operator first, TaskContext context, List<TaskInput> parts, Chain chain) throws Exception {
        if (root instanceof Node.Exchange exchange) {
            List<Object> buckets = new ArrayList<>();
            for (int input = 0; input < inputs.size(); input++) {
                buckets.addAll(context.exchanged(input));
            }
            try {
                exchange.exchanger().merge(buckets, first);
            } catch (Throwable thrown) {
                throw failed(root, "what several tasks came to", thrown);
            }
            return 0;
        }
        TaskInput part = parts.get(context.partition());
        if (!writesLetters && chain.eventTimes.isEmpty() && held.isEmpty()) {
            return new Feed(first).read(part, context.slot());
        }
        long records = new Feed.Traced(first, chain.origin).read(part, context.slot());
        chain.origin.at(null);
        return records;
    }

    /** What to throw for what a node threw, or one after it; those that know more of what they threw have said so. */
    private static Exception failed(Node node, String given, Throwable thrown) {
        boolean known = thrown instanceof FunctionFailure || ForeignCall.isEnd(thrown) || !Failures.isOfProgram(thrown);
        try {
            return known ? (Exception) thrown : FunctionFailure.of(node.place(), given, thrown);
        } catch (VirtualMachineError e) {
            throw thrown instanceof VirtualMachineError error ? error : e; // there is no memory to say more
        }
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
        private final Map<Integer, Held.Collector> kept = new LinkedHashMap<>();
        private final List<Operator> inOrder = new ArrayList<>();
        private final List<Node> nodesInOrder = new ArrayList<>();
        private final Map<StateOperator, Node.Stateful> states = new LinkedHashMap<>();

        Chain(@Nullable Held begin, int partition, int attempt, BatchParameters batch) {
            this.partition = partition;
            this.batch = batch;
            String stream = begin != null ? begin.stream() : root instanceof Node.Source source ? source.stream() : "";
            this.origin = new Origin(stream, "#" + root.id() + "/" + partition);
            this.letters = new LetterWriter(batch.id(""), origin, attempt, errors.maxBytes());
        }

        Operator after(Node node) {
            List<Operator> next = new ArrayList<>();
            if (held.contains(node)) {
                next.add(kept.computeIfAbsent(node.id(), id -> new Held.Collector(origin)));
            }
            for (Node child : node.children()) {
                if (reached(child) && !(child instanceof Node.Side)) {
                    next.add(operator(child));
                }
            }
            return next.size() == 1 ? next.get(0) : new Operators.FanOut(next);
        }

        private boolean reached(Node child) {
            return order.computes(job, child) && child.takesPart(batch.batchTime());
        }

        private Operator operator(Node node) {
            Operator operator = made.get(node);
            if (operator == null) {
                operator = make(node);
                if (operator instanceof FunctionOperator function && isOwn(node)) {
                    function.at(node.place(), failed(node));
                    function.from(origin);
                }
                made.put(node, operator);
                if (isOwn(node)) {
                    inOrder.add(operator);
                    nodesInOrder.add(node);
                }
            }
            return operator;
        }

        /** Whether a node has an operator of its own, and not the one after it. */
        private static boolean isOwn(Node node) {
            return !(node instanceof Node.Union || node instanceof Node.Side);
        }

        private Operator make(Node node) {
            if (node instanceof Node.Narrow narrow) {
                Operator operator = narrow.maker().make(batch, after(node));
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
                states.put(operator, state);
                return operator;
            }
            return after(node);
        }

        private @Nullable FailedElements failed(Node node) {
            return switch (errors.policy(node)) {
                case STOP -> null;
                case SKIP -> skipped.of(node.place());
                case DEAD_LETTER -> letters.of(node.operator(), node.declaredAt(), node.place(), errors.outputs(node));
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
                    states.put(operator, node);
                    if (node.state().passes()) {
                        end(node, operator);
                    }
                }
            }
        }

        /** Tells all operators that everything was pushed: each was made after those that it pushes to. */
        void end() throws Exception {
            for (int i = inOrder.size() - 1; i >= 0; i--) {
                end(nodesInOrder.get(i), inOrder.get(i));
            }
        }

        private static void end(Node node, Operator operator) throws Exception {
            try {
                operator.end();
            } catch (Throwable thrown) {
                throw StagePlan.failed(node, "what it has kept", thrown);
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

        /**
         * Makes the states as they were, after a failure.
         *
         * @return what to throw instead of it; null if it is as before
         */
        @Nullable
        MillraceException rollback(Throwable failure) {
            MillraceException broken = null;
            List<StateOperator> last = new ArrayList<>(states.keySet());
            for (int i = last.size() - 1; i >= 0; i--) {
                try {
                    last.get(i).rollback();
                } catch (Throwable thrown) {
                    String place = requireNonNull(states.get(last.get(i))).place();
                    broken = new MillraceException(
                            ErrorCode.USER_CODE,
                            Failures.text(failure) + "; and the state of " + place
                                    + " could not be made as it was before, so that the task is not tried again: "
                                    + Failures.text(thrown),
                            failure);
                }
            }
            return broken;
        }

        TaskOutput finish(long records, Map<String, Long> accumulated) throws Exception {
            List<StateChunk> chunks = new ArrayList<>();
            for (Map.Entry<StateOperator, Node.Stateful> state : states.entrySet()) {
                try {
                    chunks.addAll(state.getKey().finish());
                } catch (Throwable thrown) {
                    throw StagePlan.failed(state.getValue(), "the state that is to be written", thrown);
                }
            }
            Map<Integer, List<Object>> outputs = new LinkedHashMap<>();
            collectors.forEach((output, collector) -> outputs.put(output, collector.elements()));
            Map<Integer, Held> forLater = new LinkedHashMap<>();
            kept.forEach((node, collector) -> forLater.put(node, collector.held()));
            Map<Integer, @Nullable Object[]> exchanges = new HashMap<>();
            writers.forEach((exchange, writer) -> exchanges.put(stage(exchange), writer.buckets()));
            return new TaskOutput(
                    exchanges,
                    new TaskReport(
                            records,
                            outputs,
                            forLater,
                            chunks,
                            accumulated,
                            latest(),
                            ahead(),
                            skipped.elements(),
                            letters.letters()));
        }
    }
}
