// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.encryption.KeyFile;
import io.millrace.core.wal.local.SimDiskProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole programs on a disk that keeps what was forced and of the rest whatever chance wants: they die at any change that
 * they make to it, again and again, by themselves or with the power. Tries to break the first three invariants of {@code
 * docs/guarantees.md}: acknowledged means durable, planned means fixed, committed means once.
 */
@Timeout(3600)
class PowerFailureTest {
    private static final int PROGRAMS = Integer.getInteger("millrace.test.power-failures", 3);

    @TempDir
    private Path directory;

    @Test
    void withAReceiverAndItsLog() {
        IntStream.range(0, PROGRAMS).forEach(seed -> run(seed, "topic-receiver"));
    }

    @Test
    void withADirectStream() {
        IntStream.range(0, PROGRAMS).forEach(seed -> run(seed, "topic-direct"));
    }

    private void run(long seed, String input) {
        // every other program is encrypted
        Map<String, String> settings =
                seed % 2 == 0 ? Map.of() : new KeyFile(directory.resolve("keys"), "k").settings();
        try {
            new Program(seed, input, settings).lives();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " with " + input + ": " + e.getMessage(), e);
        }
    }

    private static final class Program {
        private static final URI PLACE = URI.create("simulated:///sim");
        private static final int RECORDS = 400;
        private static final int PARTITIONS = 2;
        private static final int MOST_LIVES = 40;

        private final Random random;
        private final SimDiskProvider disk;
        private final Topic topic;
        private final String input;
        private final Map<String, String> settings;
        private final Map<Instant, List<String>> batches = new ConcurrentHashMap<>();
        private final Map<String, Long> totals = new ConcurrentHashMap<>();
        private final Queue<String> broken = new ConcurrentLinkedQueue<>();
        private int added;

        Program(long seed, String input, Map<String, String> settings) {
            this.random = new Random(seed);
            this.disk = new SimDiskProvider(seed, 4_096L << random.nextInt(5));
            this.topic = Topic.create("power", PARTITIONS);
            this.input = input;
            this.settings = settings;
        }

        private void lives() {
            for (int life = 1; added < RECORDS; life++) {
                add(life == MOST_LIVES ? RECORDS : random.nextInt(RECORDS / 4));
                live(added == RECORDS);
                checkAcknowledged();
                assertThat(broken).isEmpty();
            }
            checkAnswer();
        }

        private void add(int more) {
            for (int end = Math.min(RECORDS, added + more); added < end; added++) {
                topic.add(added % PARTITIONS, "k" + added % 7 + " " + added);
            }
        }

        /** One process: to the end of its work and a graceful stop, or to its death. */
        private void live(boolean complete) {
            boolean young = !complete && random.nextInt(3) == 0;
            if (young) {
                disk.dieAt(1 + random.nextInt(200));
            }
            try (StreamingContext context = program()) {
                if (complete) {
                    context.start();
                    await().atMost(Duration.ofSeconds(60)).until(this::answered);
                    assertThat(context.stopGracefully(Duration.ofSeconds(60))).isTrue();
                } else {
                    context.start();
                    untilDeath(context);
                }
            } catch (Throwable dying) {
                if (complete) {
                    throw dying;
                }
            }
            if (random.nextBoolean()) {
                disk.powerFailure();
            } else {
                disk.kill();
            }
        }

        /** For some batches, and then, while further records come in, to one of the next changes. */
        private void untilDeath(StreamingContext context) {
            int enough = batches.size() + random.nextInt(4);
            awaitThat(context, () -> batches.size() >= enough);
            disk.dieAt(1 + random.nextInt(10));
            add(Math.min(20, RECORDS - 1 - added));
            awaitThat(context, () -> false);
            disk.dieAt(1);
        }

        /** Waits until something is so, everything is answered, or the program has ended; one that hangs, dying, is left. */
        private void awaitThat(StreamingContext context, BooleanSupplier so) {
            await().atMost(Duration.ofSeconds(3))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> so.getAsBoolean() || answered() || context.state() == ContextState.STOPPED);
        }

        private StreamingContext program() {
            StreamingContextBuilder builder = StreamingContext.builder("power")
                    .batchInterval(Duration.ofMillis(5))
                    .checkpoint(PLACE)
                    .provider(disk)
                    .set("block.interval", "2ms")
                    .set("ledger.snapshot-after", "4KiB")
                    .set("state.snapshot-after", "4KiB");
            settings.forEach(builder::set);
            StreamingContext context = builder.build();
            var lines =
                    context.receive("lines", input, Map.of("topic", "power")).map(record -> record.valueUtf8());
            lines.foreachBatch("lines", batch -> {
                List<String> now = new ArrayList<>();
                batch.forEach(now::add);
                List<String> before =
                        now.isEmpty() ? null : batches.put(batch.id().batchTime(), now);
                if (before != null && !sorted(before).equals(sorted(now))) {
                    broken.add("batch " + batch.id().batchTime() + " had " + before + " and now has " + now);
                }
            });
            lines.mapToPair(line -> Pair.of(line.substring(0, line.indexOf(' ')), 1L))
                    .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                    .foreachBatch("totals", batch -> batch.forEach(total -> totals.put(total.key(), total.value())));
            return context;
        }

        private static List<String> sorted(List<String> lines) {
            return lines.stream().sorted().toList();
        }

        private boolean answered() {
            return totals.values().stream().mapToLong(Long::longValue).sum() == topic.end(0) + topic.end(1);
        }

        /** What the source was told is in the ledger that is left, with all that the next start needs. */
        private void checkAcknowledged() {
            if (topic.acknowledged.isEmpty()) {
                return;
            }
            try (Checkpoint checkpoint = Checkpoint.open(PLACE, settings, null, List.of(disk))) {
                checkpoint.verify();
                Map<String, String> positions = checkpoint.summary().positions().getOrDefault("lines", Map.of());
                topic.acknowledged.forEach((partition, acknowledged) -> assertThat(
                                Long.parseLong(requireNonNull(positions.get(partition), partition)))
                        .as("position of %s, of which %d was acknowledged", partition, acknowledged)
                        .isGreaterThanOrEqualTo(acknowledged));
            }
        }

        private void checkAnswer() {
            Map<String, Long> expected = new TreeMap<>();
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                lines.add("k" + i % 7 + " " + i);
                expected.merge("k" + i % 7, 1L, Long::sum);
            }
            assertThat(new TreeMap<>(totals)).isEqualTo(expected);
            assertThat(batches.values().stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(lines);
        }
    }
}
