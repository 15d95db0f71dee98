// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.RecordsLost;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.engine.Topic;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.LogView;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A program that counts the records of a topic by their first word, and what was seen of it over all of its lives. Notes
 * what must not happen as soon as it does: a batch that has other records than before, one that runs although it was
 * committed, and a total that is not what the batches up to it add up to.
 */
final class Counted {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 7;

    final Topic topic;
    final Map<Instant, List<String>> batches = new ConcurrentSkipListMap<>();
    final Queue<RecordsLost> losses = new ConcurrentLinkedQueue<>();
    private final String input;
    private final WalStoreProvider store;
    private final URI place;
    private final ConcurrentSkipListMap<Instant, Map<String, Long>> counts = new ConcurrentSkipListMap<>();
    private final Map<String, Long> totals = new ConcurrentHashMap<>();
    private final Set<Instant> committed = ConcurrentHashMap.newKeySet();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private volatile Consumer<List<String>> output = batch -> {};
    private volatile Consumer<String> total = key -> {};
    private final AtomicInteger receivers = new AtomicInteger();
    private int partitions;
    private int added;
    private int lost;

    /**
     * A program that was never started, and its topic.
     *
     * @param input {@code topic-receiver} or {@code topic-direct}
     */
    Counted(String input, int partitions, WalStoreProvider store, URI place) {
        this.input = input;
        this.partitions = partitions;
        this.store = store;
        this.place = place;
        this.topic = Topic.create("counted", partitions);
    }

    /** What its output does with each batch that has records, from now on, beside looking at it. */
    void output(Consumer<List<String>> does) {
        output = does;
    }

    /** What a task does when it has changed the total of a key, from now on. */
    void total(Consumer<String> does) {
        total = does;
    }

    /** How many receivers were started, over all lives. */
    int receivers() {
        return receivers.get();
    }

    /** What a ledger says, in whatever process. */
    static LedgerState ledger(WalStore logs, Consumer<Fact> each) {
        try (logs;
                LogView view = LogView.of(logs, Ledger.LOG, GatedStore.PLACE.toString(), Encryption.NONE)) {
            return Ledger.read(view, each);
        }
    }

    /** Adds records to the topic. */
    void add(int records) {
        for (int end = added + records; added < end; added++) {
            topic.add(added % partitions, "k" + added % KEYS + " " + added);
        }
    }

    /**
     * The first records of the topic, which has one partition, are gone, and the program is to go on without them: the batch
     * that was to read them is smaller from now on.
     */
    void lose(int records) {
        lost = records;
        topic.beginAt(0, records);
        topic.acceptLoss();
        batches.clear();
        counts.clear();
        totals.clear();
    }

    /** Adds a partition to the topic. */
    void grow() {
        topic.grow();
        partitions++;
    }

    /** The program in a process of its own, not started. */
    StreamingContext program(Map<String, String> settings) {
        return program(Duration.ofMillis(5), settings);
    }

    StreamingContext program(Duration interval, Map<String, String> settings) {
        StreamingContextBuilder builder = StreamingContext.builder("counted")
                .batchInterval(interval)
                .checkpoint(place)
                .provider(store)
                .set("block.interval", "2ms")
                .set("ledger.snapshot-after", "4KiB")
                .set("state.snapshot-after", "4KiB")
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        if (event instanceof BatchCommitted done) {
                            committed.add(done.batchTime());
                        } else if (event instanceof ReceiverStarted) {
                            receivers.incrementAndGet();
                        } else if (event instanceof RecordsLost gone) {
                            losses.add(gone);
                        }
                    }
                });
        settings.forEach(builder::set);
        StreamingContext context = builder.build();
        DStream<String> lines = context.receive("lines", input, Map.of("topic", "counted"))
                .map(record -> requireNonNull(record.valueUtf8()));
        lines.foreachBatch("lines", batch -> {
            List<String> all = new ArrayList<>();
            batch.forEach(all::add);
            if (!all.isEmpty()) {
                look(batch.id().batchTime(), all.stream().sorted().toList());
                output.accept(all);
            }
        });
        lines.mapToPair(line -> Pair.of(word(line), 1L))
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .map(counted -> {
                    total.accept(counted.key());
                    return counted;
                })
                .foreachBatch(
                        "totals", batch -> batch.forEach(now -> look(batch.id().batchTime(), now.key(), now.value())));
        return context;
    }

    private static String word(String line) {
        return line.substring(0, line.indexOf(' '));
    }

    private void look(Instant batch, List<String> now) {
        List<String> before = batches.put(batch, now);
        counts.put(batch, now.stream().collect(Collectors.groupingBy(Counted::word, Collectors.counting())));
        if (before != null && !before.equals(now)) {
            broken.add("batch " + batch + " had " + before + " and has " + now);
        }
        if (committed.contains(batch)) {
            broken.add("batch " + batch + " runs though it was committed");
        }
    }

    private void look(Instant batch, String key, long total) {
        totals.put(key, total);
        long expected = counts.headMap(batch, true).values().stream()
                .mapToLong(count -> count.getOrDefault(key, 0L))
                .sum();
        if (total != expected) {
            broken.add("the total of " + key + " after batch " + batch + " is " + total + ", not " + expected);
        }
    }

    /** Whether there is a total of everything that was added, or something is broken already. */
    boolean answered() {
        return !broken.isEmpty()
                || totals.values().stream().mapToLong(Long::longValue).sum() == added - lost;
    }

    /** Waits until something is so, or can no longer become so. */
    void awaitThat(StreamingContext context, BooleanSupplier so) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> so.getAsBoolean() || !broken.isEmpty() || context.state() == ContextState.STOPPED);
    }

    /** How many records of the first partition were acknowledged. */
    long acknowledged() {
        return topic.acknowledged.getOrDefault("counted-0", 0L);
    }

    /** Waits until so many were. */
    void awaitAcknowledged(int records) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> acknowledged() >= records);
    }

    /** What was seen up to now; running it forgets what was seen since. */
    Runnable remember() {
        Map<Instant, List<String>> seen = Map.copyOf(batches);
        Map<String, Long> last = Map.copyOf(totals);
        Set<Instant> done = Set.copyOf(committed);
        return () -> {
            batches.keySet().retainAll(seen.keySet());
            counts.keySet().retainAll(seen.keySet());
            totals.clear();
            totals.putAll(last);
            committed.retainAll(done);
        };
    }

    /** The last life: to the end of the work, and an orderly stop. Everything must have been counted once then. */
    void complete() {
        try (StreamingContext context = program(Map.of())) {
            context.start();
            awaitThat(context, this::answered);
            check();
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        check();
        Map<String, Long> expected = new TreeMap<>();
        List<String> lines = new ArrayList<>();
        for (int i = lost; i < added; i++) {
            lines.add("k" + i % KEYS + " " + i);
            expected.merge("k" + i % KEYS, 1L, Long::sum);
        }
        assertThat(new TreeMap<>(totals)).isEqualTo(expected);
        assertThat(batches.values().stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(lines);
    }

    /** Nothing was seen that must not be. */
    void check() {
        assertThat(broken).isEmpty();
    }

    /** What its logs say. */
    Checkpoint checkpoint() {
        return Checkpoint.open(place, Map.of(), null, List.of(store));
    }

    /** Everything that the source was told not to keep is in the ledger, with all that the next start needs of it. */
    void checkAcknowledged() {
        if (topic.acknowledged.isEmpty()) {
            return;
        }
        try (Checkpoint checkpoint = checkpoint()) {
            checkpoint.verify();
            Map<String, String> positions = checkpoint.summary().positions().getOrDefault("lines", Map.of());
            topic.acknowledged.forEach((partition, until) -> assertThat(
                            Long.parseLong(requireNonNull(positions.get(partition), partition)))
                    .as("position of %s, which was acknowledged up to %d", partition, until)
                    .isGreaterThanOrEqualTo(until));
        }
    }
}
