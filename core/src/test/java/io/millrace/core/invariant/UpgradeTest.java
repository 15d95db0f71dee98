// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.engine.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Invariant 7: a checkpoint outlives its program. Versions of one follow each other and come back, stopped in order or in
 * the middle of a batch; each state must be what the batches add up to that were committed while it was declared. What
 * cannot be mapped is refused before the start, with names and a choice, and changes nothing.
 */
@Timeout(600)
class UpgradeTest {
    private static final int KEYS = 5;

    private final GatedStore store = new GatedStore();
    private final Topic topic = Topic.create("upgrade", 2);
    private final Topic more = Topic.create("upgrade-more", 1);
    private final Map<Instant, Ran> batches = new ConcurrentSkipListMap<>();
    private final Map<String, Map<String, Long>> seen = new ConcurrentHashMap<>();
    private final Set<String> declared = new HashSet<>();
    private List<String> declaredLast = List.of();
    private volatile boolean failing;
    private int added;

    /** A batch as it ran last. */
    private record Ran(Version version, List<String> lines) {}

    /** How a state is declared. */
    private enum Operator {
        REDUCE,
        UPDATE,
        MAP
    }

    /** A state that counts by key. */
    private record Stateful(String name, @Nullable String formerly, Operator operator, int codec, boolean moved) {
        Stateful(String name, Operator operator) {
            this(name, null, operator, 1, false);
        }

        Stateful formerly(String former) {
            return new Stateful(name, former, operator, codec, moved);
        }

        Stateful codec(int version) {
            return new Stateful(name, formerly, operator, version, moved);
        }

        Stateful moveBehindOthers() {
            return new Stateful(name, formerly, operator, codec, true);
        }

        void declare(UpgradeTest test, DStream<String> lines) {
            DStream<String> from = moved
                    ? lines.filter(line -> line.startsWith("k0 ")).union(lines.filter(line -> !line.startsWith("k0 ")))
                    : lines;
            PairDStream<String, Long> ones = from.mapToPair(line -> Pair.of(line.substring(0, line.indexOf(' ')), 1L));
            StateSpec<String, Long> spec = StateSpec.named(name, Codecs.STRING, new NumberCodec(codec));
            StateSpec<String, Long> state = formerly == null ? spec : spec.formerly(formerly);
            DStream<Pair<String, Long>> totals = switch (operator) {
                case REDUCE -> ones.runningReduce(state, Long::sum).map(pair -> pair);
                case UPDATE ->
                    ones.updateStateByKey(state, (values, sum) -> Optional.of(sum.orElse(0L) + values.size()))
                            .map(pair -> pair);
                case MAP ->
                    ones.mapWithState(state, (key, value, sum) -> {
                        sum.update(sum.find().orElse(0L) + value.orElse(0L));
                        return Pair.of(key, sum.get());
                    });
            };
            totals.foreachBatch("of " + name, batch -> {
                if (test.failing && !batch.isEmpty()) {
                    throw new IllegalStateException("not yet");
                }
                batch.forEach(total -> test.seen
                        .computeIfAbsent(name, any -> new ConcurrentHashMap<>())
                        .merge(total.key(), total.value(), Math::max));
            });
        }
    }

    /** A version of the program. */
    private record Version(int tasks, List<Stateful> states) {
        Version(int tasks, Stateful... states) {
            this(tasks, List.of(states));
        }
    }

    /** Version 1 of the codec wrote numbers as text, version 2 writes them as numbers. */
    private record NumberCodec(int version) implements Codec<Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "number";
        }

        @Override
        public void encode(Long value, ByteWriter out) {
            if (version == 1) {
                out.writeString(Long.toString(value));
            } else {
                out.writeZigZag(value);
            }
        }

        @Override
        public Long decode(ByteReader in, int written) {
            return written == 1 ? Long.valueOf(in.readString()) : Long.valueOf(in.readZigZag());
        }
    }

    private static final Stateful COUNTS = new Stateful("counts", Operator.REDUCE);
    private static final Stateful UPDATED = new Stateful("updated", Operator.UPDATE);
    private static final Stateful MAPPED = new Stateful("mapped", Operator.MAP);
    private static final Version FIRST = new Version(2, COUNTS, UPDATED, MAPPED);

    /** Has nothing to put out without input. */
    private static final Version PLAIN = new Version(2, COUNTS);

    @SuppressWarnings("ImmutableEnumChecker") // lists of records that nobody changes
    enum Change {
        NOTHING(FIRST),
        OPERATORS_ARE_ADDED(new Version(2, COUNTS, UPDATED, MAPPED, new Stateful("added", Operator.REDUCE))),
        OPERATORS_ARE_REMOVED(new Version(2, UPDATED)),
        OPERATORS_ARE_RENAMED(new Version(
                2,
                new Stateful("totals", Operator.REDUCE).formerly("counts"),
                new Stateful("fresh", Operator.UPDATE).formerly("updated"),
                MAPPED)),
        OPERATORS_ARE_MOVED(
                new Version(2, MAPPED.moveBehindOthers(), COUNTS.moveBehindOthers(), UPDATED.moveBehindOthers())),
        THERE_ARE_MORE_PARTITIONS(new Version(5, COUNTS, UPDATED, MAPPED)),
        THERE_IS_ONE_PARTITION(new Version(1, COUNTS, UPDATED, MAPPED)),
        EVERYTHING(new Version(
                4,
                new Stateful("added", Operator.MAP),
                MAPPED.moveBehindOthers(),
                new Stateful("totals", Operator.REDUCE).formerly("counts")));

        private final Version next;

        Change(Version next) {
            this.next = next;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNextVersionGoesOnAndTheOldOneComesBack(Change change) throws Exception {
        for (boolean inOrder : new boolean[] {true, false}) {
            live(FIRST, inOrder);
            live(change.next, inOrder);
            live(FIRST, inOrder);
            live(change.next, true);
        }
    }

    @Test
    void aCodecIsRaisedAndTheOldOneIsRefusedBeforeAnythingIsChanged() throws Exception {
        Version raised = new Version(3, COUNTS.codec(2), UPDATED.codec(2), MAPPED.codec(2));
        live(FIRST, false);
        live(raised, false);
        Map<String, Object> before = looks();
        for (int again = 0; again < 2; again++) {
            try (StreamingContext context = program(FIRST)) {
                assertThatThrownBy(context::start)
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.USER_CONFIG))
                        .hasMessageContainingAll(
                                "of state 'counts' are stored with codec 'number' version 2, but the program declares"
                                        + " 'number' version 1",
                                "declare the stored codec, or give the state a new name");
            }
        }
        assertThat(looks()).isEqualTo(before);
        live(raised, true);
    }

    @Test
    void anInputThatAPlannedBatchReadsIsNotForgotten() throws Exception {
        for (String provider : List.of("topic-direct", "topic-receiver")) {
            String stream = "more-" + provider;
            failing = true;
            for (int i = 0; i < 10; i++) {
                more.add(0, "k" + i % KEYS + " more");
            }
            endsByItself(withMore(stream, provider));
            assertThatThrownBy(() -> program(PLAIN).start())
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.USER_CONFIG))
                    .hasMessageContainingAll(
                            "'" + stream + "'",
                            "the program no longer declares",
                            "start the version that does",
                            "start.accept-lost-state");
            failing = false;
            StreamingContext old = withMore(stream, provider);
            old.start();
            await().atMost(Counted.PATIENCE).until(() -> moreSeen(stream) == more.end(0));
            assertThat(old.stopGracefully(Counted.PATIENCE)).isTrue();
            live(PLAIN, true);
        }
    }

    private long moreSeen(String stream) {
        return seen.getOrDefault(stream, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The plain version with one more input, which has a state of its own. */
    private StreamingContext withMore(String stream, String provider) {
        StreamingContext context = program(PLAIN);
        context.receive(stream, provider, Map.of("topic", "upgrade-more"))
                .map(record -> requireNonNull(record.valueUtf8()))
                .mapToPair(line -> Pair.of(line, 1L))
                .runningReduce(stream, Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch(stream, batch -> {
                    if (failing && !batch.isEmpty()) {
                        throw new IllegalStateException("not yet");
                    }
                    batch.forEach(total -> seen.computeIfAbsent(stream, any -> new ConcurrentHashMap<>())
                            .merge(total.key(), total.value(), Math::max));
                });
        return context;
    }

    // ---- what the tests share ----

    /** One version in a process: it takes some records, and ends in order, or in the middle of a batch. */
    private void live(Version version, boolean inOrder) throws Exception {
        failing = false;
        boolean lacks = version.states.stream()
                .anyMatch(state -> declared.contains(state.name) && !declaredLast.contains(state.name));
        if (lacks) {
            refusesWhatIsLostUntilItIsAccepted(version);
        }
        declaredLast = version.states.stream().map(Stateful::name).toList();
        declared.addAll(declaredLast);
        add();
        try (StreamingContext context = program(version, lacks)) {
            context.start();
            await().atMost(Counted.PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> context.state() == ContextState.STOPPED || (lines() == added && isRight(version)));
            if (context.state() == ContextState.STOPPED) {
                context.awaitTermination();
            }
            if (inOrder) {
                assertThat(context.stopGracefully(Counted.PATIENCE)).isTrue();
            } else {
                failing = true;
                add();
                assertThatThrownBy(() -> context.awaitTermination(Counted.PATIENCE))
                        .hasMessageContaining("not yet");
            }
        }
        store.mend();
    }

    /** The version comes back: a state that it left is as it was, and what was read since is missing in it. */
    private void refusesWhatIsLostUntilItIsAccepted(Version version) {
        Map<String, Object> before = looks();
        try (StreamingContext context = program(version)) {
            assertThatThrownBy(context::start)
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.USER_CONFIG))
                    .hasMessageContainingAll("has state '", "is missing in it", "start.accept-lost-state = true once");
        }
        assertThat(looks()).isEqualTo(before);
    }

    private static void endsByItself(StreamingContext context) {
        try (context) {
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(Counted.PATIENCE)).hasMessageContaining("not yet");
        }
    }

    private void add() {
        for (int end = added + 4 * KEYS; added < end; added++) {
            topic.add(added % 2, "k" + added % KEYS + " " + added);
        }
    }

    private long lines() {
        return batches.values().stream().mapToLong(ran -> ran.lines.size()).sum();
    }

    /** Whether every state of a version is what the batches make it. */
    private boolean isRight(Version version) {
        Map<String, Map<String, Long>> expected = expected();
        for (Stateful state : version.states) {
            if (!expected.get(state.name).equals(seen.get(state.name))) {
                return false;
            }
        }
        return true;
    }

    /** What the batches add up to, each as the version had it that committed it. */
    private Map<String, Map<String, Long>> expected() {
        Map<String, Map<String, Long>> states = new LinkedHashMap<>();
        for (Ran ran : batches.values()) {
            for (Stateful state : ran.version.states) {
                String former = state.formerly;
                Map<String, Long> of = states.computeIfAbsent(
                        state.name,
                        any -> former != null && states.containsKey(former)
                                ? new TreeMap<>(states.get(former))
                                : new TreeMap<>());
                ran.lines.forEach(line -> of.merge(line.substring(0, line.indexOf(' ')), 1L, Long::sum));
            }
        }
        return states;
    }

    private StreamingContext program(Version version) {
        return program(version, false);
    }

    private StreamingContext program(Version version, boolean acceptsLoss) {
        StreamingContext context = StreamingContext.builder("upgraded")
                .batchInterval(Duration.ofMillis(5))
                .checkpoint(GatedStore.PLACE)
                .provider(store)
                .set("block.interval", "2ms")
                .set("state.snapshot-after", "4KiB")
                .set("scheduler.threads", Integer.toString(version.tasks))
                .set("start.accept-lost-state", Boolean.toString(acceptsLoss))
                .build();
        DStream<String> lines = context.receive("lines", "topic-direct", Map.of("topic", "upgrade"))
                .map(record -> requireNonNull(record.valueUtf8()));
        lines.foreachBatch("lines", batch -> {
            List<String> all = new ArrayList<>();
            batch.forEach(all::add);
            if (!all.isEmpty()) {
                batches.put(batch.id().batchTime(), new Ran(version, all));
            }
        });
        version.states.forEach(state -> state.declare(this, lines));
        return context;
    }

    /** What is in the checkpoint. */
    private Map<String, Object> looks() {
        try (Checkpoint checkpoint = Checkpoint.open(GatedStore.PLACE, Map.of(), null, Arrays.asList(store))) {
            Map<String, Object> looks = new TreeMap<>();
            looks.put("positions", checkpoint.summary().positions());
            looks.put("planned", checkpoint.summary().uncommitted());
            looks.put("committed", checkpoint.summary().lastCommitted());
            looks.put("states", checkpoint.summary().states());
            looks.put("facts", checkpoint.summary().facts());
            return looks;
        }
    }
}
