// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.engine.BatchGrid;
import io.millrace.core.engine.BatchTimer;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios D10, F9 and G: what a checkpoint brings back, and what it does not. */
@Timeout(120)
class RecoveryScenariosTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration GAP = Duration.ofMillis(1);

    @TempDir
    Path directory;

    private static StreamingContextBuilder builder(Path checkpoint) {
        return StreamingContext.builder("recovery")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .checkpoint(checkpoint);
    }

    /** Runs a count of even and odd numbers until it has counted up to {@code until}; gives the counts. */
    private static Map<Long, Long> countUntil(StreamingContextBuilder builder, long until) {
        Map<Long, Long> counts = new ConcurrentHashMap<>();
        try (StreamingContext context = builder.build()) {
            context.receive(Numbers.every(GAP).until(until).source())
                    .mapToPair(number -> Pair.of(number % 2, 1L))
                    .runningReduce("counts", Codecs.LONG, Codecs.LONG, Long::sum)
                    .foreachBatch("counts", batch -> batch.forEach(pair -> counts.put(pair.key(), pair.value())));
            context.start();
            await().atMost(SOON)
                    .failFast(() -> context.state() != ContextState.ACTIVE)
                    .until(() -> counts.values().stream().mapToLong(c -> c).sum() >= until);
        }
        return counts;
    }

    @Test
    void D10_an_empty_or_missing_checkpoint_begins_afresh_and_a_valid_one_goes_on_with_the_settings_given_now() {
        Path checkpoint = directory.resolve("not/there/yet");
        assertThat(countUntil(builder(checkpoint), 100)).containsEntry(0L, 50L).containsEntry(1L, 50L);
        assertThat(countUntil(
                        builder(checkpoint).batchInterval(Duration.ofMillis(50)).set("block.interval", "10ms"), 200))
                .containsEntry(0L, 100L)
                .containsEntry(1L, 100L);
    }

    @Test
    void D10_a_damaged_checkpoint_is_refused_by_name_and_not_begun_afresh() throws IOException {
        countUntil(builder(directory), 200);
        Path ledger = largest("ledger");
        byte[] right = Files.readAllBytes(ledger);
        byte[] damaged = right.clone();
        for (int at = 200; at < 232; at++) {
            damaged[at] ^= 0x55;
        }
        Files.write(ledger, damaged);
        assertThatThrownBy(() -> countUntil(builder(directory), 400))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                .hasMessageContaining(ledger.getFileName().toString());
        Files.write(ledger, right);
        assertThat(countUntil(builder(directory), 400)).containsEntry(0L, 200L).containsEntry(1L, 200L);
    }

    private Path largest(String log) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> Files.isRegularFile(file)
                            && directory.relativize(file).toString().contains(log))
                    .max(Comparator.comparingLong(RecoveryScenariosTest::size))
                    .orElseThrow();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void G1_a_batch_that_hangs_keeps_its_blocks_while_others_come_after_it() throws Exception {
        Map<Instant, List<Long>> begun = new ConcurrentHashMap<>();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Numbers numbers = Numbers.every(GAP);
        try (StreamingContext context = builder(directory).build()) {
            context.receive(numbers.source()).foreachBatch("out", batch -> {
                begun.put(batch.id().batchTime(), batch.collect());
                if (begun.values().stream().mapToInt(List::size).sum() > 30) {
                    hanging.countDown();
                    never.await();
                }
            });
            context.start();
            hanging.await();
            long then = numbers.acknowledged();
            await().atMost(SOON).until(() -> numbers.acknowledged() > then + 200);
        }
        Instant hung = begun.keySet().stream().max(Comparator.naturalOrder()).orElseThrow();
        Map<Instant, List<Long>> again = new ConcurrentHashMap<>();
        try (StreamingContext context = builder(directory).build()) {
            context.receive(Numbers.every(GAP).until(numbers.acknowledged()).source())
                    .foreachBatch("out", batch -> again.put(batch.id().batchTime(), batch.collect()));
            context.start();
            await().atMost(SOON).until(() -> begunAndAgain(begun, again).size() >= numbers.acknowledged());
        }
        assertThat(again.get(hung)).isEqualTo(begun.get(hung));
        List<Long> all = begunAndAgain(begun, again);
        assertThat(all)
                .hasSizeGreaterThanOrEqualTo(Math.toIntExact(numbers.acknowledged()))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, all.size()).boxed().toList());
    }

    @Test
    void F9_blocks_that_find_no_room_in_memory_are_read_from_the_log() {
        assertThat(countUntil(builder(directory).set("block.memory", "0B"), 500))
                .containsEntry(0L, 250L)
                .containsEntry(1L, 250L);
    }

    private static List<Long> begunAndAgain(Map<Instant, List<Long>> begun, Map<Instant, List<Long>> again) {
        Map<Instant, List<Long>> both = new HashMap<>(begun);
        both.putAll(again);
        return both.values().stream().flatMap(List::stream).toList();
    }

    @Test
    void G2_a_restart_after_half_of_the_batches_repeats_none() {
        List<Pair<Instant, List<Integer>>> delivered = Collections.synchronizedList(new ArrayList<>());
        StreamHarness.of(in -> {
                    var numbers = in.input("n", Codecs.INT);
                    in.collect("out", numbers.map(n -> n * 10));
                    numbers.foreachBatch(
                            "delivered",
                            batch -> delivered.add(Pair.of(batch.id().batchTime(), batch.collect())));
                })
                .batches("n", IntStream.rangeClosed(1, 6).mapToObj(List::of).toList())
                .restartAfter(2)
                .run()
                .assertOutput("out")
                .batches(List.of(10), List.of(20), List.of(30), List.of(40), List.of(50), List.of(60));
        assertThat(delivered)
                .extracting(Pair::value)
                .containsExactly(List.of(1), List.of(2), List.of(3), List.of(4), List.of(5), List.of(6));
        assertThat(delivered).extracting(Pair::key).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void G6_numbers_and_their_running_sum_are_right_through_random_kills() {
        for (long seed = 1; seed <= 3; seed++) {
            StreamResults results = StreamHarness.of(in -> {
                        var numbers = in.input("n", Codecs.INT);
                        in.collect("numbers", numbers.map(n -> n));
                        in.collect(
                                "sums",
                                numbers.mapToPair(n -> Pair.of("sum", n))
                                        .runningReduce("sums", Codecs.STRING, Codecs.INT, Integer::sum)
                                        .map(Pair::value));
                    })
                    .batches(
                            "n", IntStream.rangeClosed(1, 30).mapToObj(List::of).toList())
                    .modes(RestartMode.RANDOM)
                    .seed(seed)
                    .run();
            List<List<Integer>> numbers = new ArrayList<>();
            List<List<Integer>> sums = new ArrayList<>();
            for (int i = 1; i <= 30; i++) {
                numbers.add(List.of(i));
                sums.add(List.of(i * (i + 1) / 2));
            }
            assertThat(results.<Integer>output("numbers")).isEqualTo(numbers);
            assertThat(results.<Integer>output("sums")).isEqualTo(sums).endsWith(List.of(465));
        }
    }

    @Test
    void G10_the_rate_is_kept_after_a_recovery_too() {
        ManualClock clock = new ManualClock();
        Ranges ranges = new Ranges().available(20_000);
        List<Long> batches = new CopyOnWriteArrayList<>();
        AtomicLong records = new AtomicLong();
        StreamingListener sizes = new StreamingListener() {
            @Override
            public void onBatchCommitted(StreamingEvent.BatchCommitted batch) {
                batches.add(batch.records());
            }
        };
        for (int run = 1; run <= 2; run++) {
            try (StreamingContext context = StreamingContext.builder("rate")
                    .batchInterval(Duration.ofSeconds(1))
                    .set("direct.max-rate", "2000")
                    .checkpoint(directory)
                    .clock(clock)
                    .listener(sizes)
                    .build()) {
                context.receive(ranges.source()).foreachBatch("count", batch -> records.addAndGet(batch.count()));
                context.start();
                for (int tick = 0; tick < 5; tick++) {
                    int before = batches.size();
                    clock.advance(Duration.ofSeconds(1));
                    await().atMost(SOON).until(() -> batches.size() > before);
                }
                assertThat(context.stopGracefully(SOON)).isTrue();
            }
        }
        assertThat(batches).hasSizeGreaterThanOrEqualTo(10).allMatch(size -> size <= 2_000);
        assertThat(records).hasValue(20_000);
    }

    @Test
    void G11_the_timer_ticks_on_the_grid_and_awaits_no_tick_when_it_is_closed() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        List<Long> ticks = new ArrayList<>();
        BatchTimer timer = new BatchTimer(clock, new BatchGrid(100), ticks::add, failure -> {});
        assertThat(timer.start()).isEqualTo(100);
        assertThat(ticks).isEmpty();
        clock.advance(Duration.ofMillis(100));
        assertThat(ticks).containsExactly(100L);
        clock.advance(Duration.ofMillis(200));
        assertThat(ticks).containsExactly(100L, 200L, 300L);
        timer.close();
        clock.advance(Duration.ofMillis(200));
        assertThat(ticks).containsExactly(100L, 200L, 300L);
        assertThat(clock.pending()).isZero();
    }
}
