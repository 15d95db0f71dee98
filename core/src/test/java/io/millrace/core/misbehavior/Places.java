// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.misbehavior;

import io.millrace.api.AsyncCalls;
import io.millrace.api.DStream;
import io.millrace.api.EventTime;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.Partitioner;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.core.misbehavior.Item.Lie;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The places where code of a program runs in an operator. Each is given the items 1, 3 and 5, and misbehaves on 3. */
enum Places {
    MAP("map", true, (in, how) -> in.map(item -> on(item, how))),
    FILTER("filter", true, (in, how) -> in.filter(item -> on(item, how) != null)),
    FLAT_MAP("flatMap", true, (in, how) -> in.flatMap(item -> List.of(on(item, how)))),
    ITERATOR_OF_FLAT_MAP(
            "flatMap",
            true,
            (in, how) -> in.flatMap(item -> (Iterable<Item>)
                    () -> Stream.of(item).map(each -> on(each, how)).iterator())),
    MAP_TO_PAIR("mapToPair", true, (in, how) -> in.mapToPair(item -> Pair.of("k", on(item, how)))),
    FLAT_MAP_TO_PAIR(
            "flatMapToPair",
            true,
            (in, how) -> in.<String, Item>flatMapToPair((item, out) -> out.emit("k", on(item, how)))),
    MAP_VALUES("mapValues", true, (in, how) -> pairs(in).mapValues(item -> on(item, how))),
    FLAT_MAP_VALUES("flatMapValues", true, (in, how) -> pairs(in).flatMapValues(item -> List.of(on(item, how)))),
    MAP_ASYNC(
            "mapAsync",
            true,
            (in, how) -> in.mapAsync(AsyncCalls.atMost(2), item -> CompletableFuture.completedFuture(on(item, how)))),
    ANSWER_OF_MAP_ASYNC("mapAsync", true, (in, how) -> in.mapAsync(AsyncCalls.atMost(2), item -> answer(item, how))),
    TIMESTAMP(
            "reduceByKeyAndEventTime",
            true,
            (in, how) -> pairs(in)
                    .reduceByKeyAndEventTime(
                            spec(),
                            EventTime.tumbling(Duration.ofSeconds(1), (Item item) -> {
                                on(item, how);
                                return Instant.EPOCH;
                            }),
                            item -> item,
                            Places::first)),
    PARTITION(
            "mapPartitions",
            false,
            (in, how) -> in.mapPartitions(all -> {
                List<Item> made = new ArrayList<>();
                for (Item item : all) {
                    made.add(on(item, how));
                }
                return made;
            })),
    TRANSFORM(
            "transform",
            false,
            (in, how) -> in.<Item>transform((time, batch) -> {
                List<Item> made = new ArrayList<>();
                batch.forEach(item -> made.add(on(item, how)));
                return made;
            })),
    LOOKUP("lookup", false, (in, how) -> pairs(in).lookup(10, keys -> how.now())),
    REDUCE("reduce", false, (in, how) -> in.reduce((a, b) -> on(b, how))),
    REDUCE_BY_KEY("reduceByKey", false, (in, how) -> pairs(in).reduceByKey((a, b) -> on(b, how))),
    PARTITIONER("groupByKey", false, (in, how) -> keys(in).groupByKey(partitioner(how))),
    PARTITIONER_OF_REDUCE_BY_KEY(
            "reduceByKey", false, (in, how) -> keys(in).reduceByKey((a, b) -> a, partitioner(how))),
    CREATE(
            "combineByKey",
            false,
            (in, how) -> in.mapToPair(item -> Pair.of(item.number(), item))
                    .combineByKey(item -> on(item, how), Places::first, Places::first)),
    MERGE(
            "combineByKey",
            false,
            (in, how) -> pairs(in).<Item>combineByKey(item -> item, (a, b) -> on(b, how), Places::first)),
    TOP(
            "top",
            false,
            (in, how) -> in.top(2, (a, b) -> on(a, how).number() - on(b, how).number())),
    RUNNING_REDUCE("runningReduce", false, (in, how) -> pairs(in).runningReduce(spec(), (a, b) -> on(b, how))),
    UPDATE_STATE(
            "updateStateByKey",
            false,
            (in, how) ->
                    pairs(in).<Item>updateStateByKey(spec(), (values, state) -> Optional.of(on(values.get(1), how)))),
    MAP_WITH_STATE(
            "mapWithState",
            false,
            (in, how) ->
                    pairs(in).<Item, Item>mapWithState(spec(), (key, value, state) -> on(value.orElseThrow(), how))),
    WINDOW(
            "reduceByKeyAndWindow",
            false,
            (in, how) -> pairs(in).reduceByKeyAndWindow(spec(), window(), (a, b) -> on(b, how))),
    WINDOW_FILTER(
            "reduceByKeyAndWindow",
            false,
            (in, how) -> keys(in).reduceByKeyAndWindow(
                            StateSpec.named("s", new Item.ItemCodec(), Codecs.INT),
                            window(),
                            Integer::sum,
                            (a, b) -> a - b,
                            pair -> on(pair.key(), how) != null)),
    EVENT_TIME(
            "reduceByKeyAndEventTime",
            false,
            (in, how) -> pairs(in)
                    .reduceByKeyAndEventTime(
                            spec(),
                            EventTime.tumbling(Duration.ofSeconds(1), (Item item) -> Instant.EPOCH),
                            item -> item,
                            (a, b) -> on(b, how))),
    CODEC_OF_VALUES(
            "runningReduce",
            false,
            Lie.ENCODE,
            in -> in.mapToPair(item -> Pair.of(item.number(), item))
                    .runningReduce(StateSpec.named("s", Codecs.INT, new Item.ItemCodec()), Places::first)),
    CODEC_OF_KEYS(
            "runningReduce",
            false,
            Lie.ENCODE,
            in -> keys(in).runningReduce(StateSpec.named("s", new Item.ItemCodec(), Codecs.INT), Integer::sum)),
    CODEC_OF_UPDATE(
            "updateStateByKey",
            false,
            Lie.ENCODE,
            in -> in.mapToPair(item -> Pair.of(item.number(), item))
                    .<Item>updateStateByKey(
                            StateSpec.named("s", Codecs.INT, new Item.ItemCodec()),
                            (values, state) -> Optional.of(values.get(0)))),
    CODEC_OF_WINDOW("window", false, Lie.ENCODE, in -> in.window("w", new Item.ItemCodec(), window())),
    HASH_IN_REDUCE_BY_KEY("reduceByKey", false, Lie.HASH_CODE, in -> keys(in).reduceByKey(Integer::sum)),
    HASH_IN_GROUP_BY_KEY("groupByKey", false, Lie.HASH_CODE, in -> keys(in).groupByKey()),
    HASH_IN_JOIN("join", false, Lie.HASH_CODE, in -> keys(in).join(keys(in))),
    HASH_IN_COGROUP("cogroup", false, Lie.HASH_CODE, in -> keys(in).cogroup(keys(in))),
    HASH_IN_COUNT_BY_VALUE("countByValue", false, Lie.HASH_CODE, DStream::countByValue),
    HASH_IN_REPARTITION(
            "groupByKey", false, Lie.HASH_CODE, in -> keys(in).repartition(2).groupByKey(2)),
    HASH_IN_LOOKUP("lookup", false, Lie.HASH_CODE, in -> keys(in).lookup(10, found -> Map.of())),
    HASH_IN_RUNNING_REDUCE(
            "runningReduce",
            false,
            Lie.HASH_CODE,
            in -> keys(in).runningReduce(StateSpec.named("s", new Item.ItemCodec(), Codecs.INT), Integer::sum)),
    HASH_IN_MAP_WITH_STATE(
            "mapWithState",
            false,
            Lie.HASH_CODE,
            in -> keys(in).<Integer, Integer>mapWithState(
                            StateSpec.named("s", new Item.ItemCodec(), Codecs.INT),
                            (key, value, state) -> value.orElse(0))),
    EQUALS_IN_REDUCE_BY_KEY(
            "reduceByKey", false, Lie.EQUALS, in -> keys(twice(in)).reduceByKey(Integer::sum)),
    EQUALS_IN_RUNNING_REDUCE(
            "runningReduce",
            false,
            Lie.EQUALS,
            in -> keys(twice(in)).runningReduce(StateSpec.named("s", new Item.ItemCodec(), Codecs.INT), Integer::sum));

    private final String operator;
    private final boolean ofOne;
    private final Lie lie;

    @SuppressWarnings("ImmutableEnumChecker") // functions without anything that changes
    private final Program program;

    /** A program in which something misbehaves. */
    @FunctionalInterface
    interface Program {
        DStream<?> of(DStream<Item> in, Misbehavior how);
    }

    /** A program in which an item does. */
    @FunctionalInterface
    interface Lied {
        DStream<?> of(DStream<Item> in);
    }

    Places(String operator, boolean ofOne, Program program) {
        this.operator = operator;
        this.ofOne = ofOne;
        this.lie = Lie.NONE;
        this.program = program;
    }

    Places(String operator, boolean ofOne, Lie lie, Lied program) {
        this.operator = operator;
        this.ofOne = ofOne;
        this.lie = lie;
        this.program = (in, how) -> program.of(in);
    }

    /** What a message calls the operator. */
    String operator() {
        return operator;
    }

    /** Whether a function is called with one element, which the program can do without. */
    boolean isOfOne() {
        return ofOne;
    }

    /** How the item 3 misbehaves here. */
    Lie lie() {
        return lie;
    }

    DStream<?> of(DStream<Item> in, Misbehavior how) {
        return program.of(in, how);
    }

    static Stream<Places> ofOne() {
        return Arrays.stream(values()).filter(Places::isOfOne);
    }

    private static Item on(Item item, Misbehavior how) {
        return item.number() == 3 ? how.<RuntimeException, Item>now() : item;
    }

    private static CompletableFuture<Item> answer(Item item, Misbehavior how) {
        CompletableFuture<Item> answer = new CompletableFuture<>();
        try {
            answer.complete(on(item, how));
        } catch (Throwable thrown) {
            answer.completeExceptionally(thrown);
        }
        return answer;
    }

    private static Partitioner<Item> partitioner(Misbehavior how) {
        return new Partitioner<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public int partitions() {
                return 2;
            }

            @Override
            public int partition(Item key) {
                return on(key, how).number() % 2;
            }
        };
    }

    private static PairDStream<String, Item> pairs(DStream<Item> in) {
        return in.mapToPair(item -> Pair.of("k", item));
    }

    private static PairDStream<Item, Integer> keys(DStream<Item> in) {
        return in.mapToPair(item -> Pair.of(item, item.number()));
    }

    /** Each item, and one that equals it. */
    private static DStream<Item> twice(DStream<Item> in) {
        return in.flatMap(item -> List.of(item, new Item(item.number(), item.lie(), item.how())));
    }

    private static StateSpec<String, Item> spec() {
        return StateSpec.named("s", Codecs.STRING, new Item.ItemCodec());
    }

    private static Window window() {
        return Window.of(Duration.ofSeconds(2));
    }

    private static Item first(Item a, Item b) {
        return a;
    }
}
