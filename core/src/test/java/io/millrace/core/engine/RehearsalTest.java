// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.Window;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codecs;
import io.millrace.api.sink.SinkTarget;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version of a program is run up to where it would start, and says what it would find. */
class RehearsalTest {
    @TempDir
    private Path directory;

    /** The program in its versions: 1 as it was, 2 as it may become, 3 as it must not. */
    public static final class Versions {
        private Versions() {}

        /** Runs in a JVM of its own, and never gets past {@code start}. */
        public static void main(String[] arguments) {
            Topic.create("rehearsal", 1);
            StreamingContext context =
                    program(Integer.parseInt(arguments[0]), Path.of("never-made"), new AtomicBoolean(), arguments[1]);
            context.start();
            throw new AssertionError("it was started");
        }

        static StreamingContext program(int version, Path checkpoint, AtomicBoolean seen) {
            return program(version, checkpoint, seen, "false");
        }

        static StreamingContext program(int version, Path checkpoint, AtomicBoolean seen, String acceptsLoss) {
            StreamingContext context = StreamingContext.builder("rehearsed")
                    .batchInterval(Duration.ofMillis(version % 10 == 1 ? 20 : 40))
                    .checkpoint(checkpoint)
                    .set("start.accept-lost-state", acceptsLoss)
                    .build();
            if (version > 10) {
                windows(context, version, seen);
                return context;
            }
            if (version == 5) {
                save(context, seen, SinkTarget.textFiles("out"));
                return context;
            }
            PairDStream<String, Long> words = context.receive("lines", "topic-direct", Map.of("topic", "rehearsal"))
                    .map(record -> record.valueUtf8())
                    .mapToPair(word -> Pair.of(word, 1L));
            if (version == 1 || version == 4) {
                words.runningReduce("counts", Codecs.STRING, Codecs.LONG, Long::sum)
                        .foreachBatch("counts", batch -> seen.compareAndSet(false, batch.count() > 0));
                if (version == 4) {
                    return context; // as 1, without a state
                }
                words.runningReduce("dropped", Codecs.STRING, Codecs.LONG, Long::sum)
                        .foreachBatch("dropped", batch -> {});
            } else if (version == 2) {
                words.runningReduce(
                                StateSpec.named("totals", Codecs.STRING, Codecs.LONG)
                                        .formerly("counts"),
                                Long::sum)
                        .foreachBatch("counts", batch -> {});
                words.runningReduce("added", Codecs.STRING, Codecs.LONG, Long::sum)
                        .foreachBatch("added", batch -> {});
                context.receive("more", "topic-direct", Map.of("topic", "rehearsal"))
                        .map(record -> record.offset())
                        .foreachBatch("more", batch -> {});
            } else {
                words.mapValues(String::valueOf)
                        .runningReduce("counts", Codecs.STRING, Codecs.STRING, String::concat)
                        .foreachBatch("counts", batch -> {});
            }
            return context;
        }
    }

    private static void save(StreamingContext context, AtomicBoolean seen, SinkTarget<String> target) {
        DStream<String> lines = context.receive("lines", "topic-direct", Map.of("topic", "rehearsal"))
                .map(record -> record.valueUtf8());
        lines.save("saved", target);
        lines.foreachBatch("seen", batch -> seen.compareAndSet(false, batch.count() > 0));
    }

    /** Prepares what text files never would, and finishes nothing. */
    private record Forger(String name, String named) implements SinkProvider {
        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Sink open(PluginContext context) {
            return new Forging(named);
        }
    }

    private record Forging(String named) implements Sink.Resumable {
        @Override
        public Optional<SinkClaim> look(String programId, String output) {
            return Optional.empty();
        }

        @Override
        public boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) {
            return true;
        }

        @Override
        public byte[] prepare(Batch<?> batch, int partition) {
            ByteWriter committable = new ByteWriter(100);
            committable.writeByte(2);
            committable.writeString(named);
            committable.writeString("part-00000");
            committable.writeString("");
            return committable.toByteArray();
        }

        @Override
        public void finish(BatchId batch, List<byte[]> committables) throws IOException {
            throw new IOException("it never does");
        }

        @Override
        public void discard(BatchId batch, List<byte[]> committables) {}

        @Override
        public void close() {}
    }

    private static void windows(StreamingContext context, int version, AtomicBoolean seen) {
        boolean first = version == 11;
        DStream<String> lines = context.receive("lines", "topic-direct", Map.of("topic", "rehearsal"))
                .map(record -> record.valueUtf8());
        PairDStream<String, Long> words = lines.mapToPair(word -> Pair.of(word, 1L));
        window(words, "longer", first ? 60 : 120, 1, true).foreachBatch("longer", batch -> {});
        window(words, "shorter", first ? 60 : 30, first ? 1 : 2, false).foreachBatch("shorter", batch -> {});
        window(words, "inverted", 60, 1, !first).foreachBatch("inverted", batch -> {});
        window(words, "plain", 60, 1, first).foreachBatch("plain", batch -> {});
        window(words, "same", 60, 1, true).foreachBatch("same", batch -> {});
        lines.window("elements", Codecs.STRING, seconds(first ? 60 : 10, 1)).foreachBatch("elements", batch -> {});
        if (version == 13) {
            words.runningReduce("other", Codecs.STRING, Codecs.LONG, Long::sum).foreachBatch("other", batch -> {});
        } else {
            window(words, "other", 60, 1, false)
                    .foreachBatch("other", batch -> seen.compareAndSet(false, batch.count() > 0));
        }
    }

    private static Window seconds(long length, long slide) {
        return Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
    }

    private static PairDStream<String, Long> window(
            PairDStream<String, Long> words, String name, long length, long slide, boolean inverse) {
        StateSpec<String, Long> spec = StateSpec.named(name, Codecs.STRING, Codecs.LONG);
        return inverse
                ? words.reduceByKeyAndWindow(spec, seconds(length, slide), Long::sum, (all, left) -> all - left)
                : words.reduceByKeyAndWindow(spec, seconds(length, slide), Long::sum);
    }

    private List<String> rehearse(int version, int exit) throws Exception {
        return rehearse(version, exit, false);
    }

    private List<String> rehearse(int version, int exit, boolean acceptsLoss) throws Exception {
        Path report = directory.resolve("report-" + version);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dmillrace.rehearse.checkpoint="
                        + directory.resolve("checkpoint").toUri(),
                "-Dmillrace.rehearse.report=" + report,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Versions.class.getName(),
                Integer.toString(version),
                Boolean.toString(acceptsLoss)));
        Process process = new ProcessBuilder(command)
                .inheritIO()
                .directory(directory.toFile())
                .start();
        assertThat(process.waitFor()).isEqualTo(exit);
        assertThat(directory.resolve("never-made")).doesNotExist();
        return Files.readAllLines(report);
    }

    @Test
    void saysWhatBecomesOfEachThing() throws Exception {
        Topic topic = Topic.create("rehearsal", 1);
        topic.add(0, "a");
        topic.add(0, "b");
        AtomicBoolean seen = new AtomicBoolean();
        try (StreamingContext context = Versions.program(1, directory.resolve("checkpoint"), seen)) {
            context.start();
            await().untilTrue(seen);
            assertThat(context.stopGracefully(Duration.ofSeconds(20))).isTrue();
        }

        assertThat(rehearse(1, 0))
                .contains(
                        "program       rehearsed",
                        "state         counts: kept, 2 keys, stored as string/1 -> long/1",
                        "input         lines: goes on at {rehearsal-0=2}",
                        "verdict       the program can start on this checkpoint");
        assertThat(rehearse(2, 0))
                .contains(
                        "interval      40 ms, was 20 ms: from the first grid point on that is after the last batch",
                        "state         totals: taken over from 'counts', 2 keys, stored as string/1 -> long/1",
                        "state         added: new, starts empty",
                        "state         dropped: not declared any more; it stays on disk for a version that declares it,"
                                + " until 'millrace checkpoint forget'",
                        "input         more: new, begins where its settings say",
                        "verdict       the program can start on this checkpoint");
        assertThat(rehearse(3, 2))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("state         counts, stored as string/1 -> long/1: ")
                        .contains("declares 'string' version 1"))
                .contains("verdict       it CANNOT start, see above");
    }

    @Test
    void whatASinkCannotHavePreparedIsDamage() throws Exception {
        Topic topic = Topic.create("rehearsal", 1);
        topic.add(0, "a");
        AtomicBoolean seen = new AtomicBoolean();
        Path place = directory.resolve("checkpoint");
        try (StreamingContext context = StreamingContext.builder("rehearsed")
                .batchInterval(Duration.ofMillis(40))
                .set("output.finish-timeout", "1ms")
                .checkpoint(place)
                .build()) {
            save(context, seen, new SinkTarget<>("forger", Map.of(), new Forger("forger", "../../home")));
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(Duration.ofSeconds(60)))
                    .isInstanceOf(MillraceException.class);
        }
        try (Checkpoint checkpoint = Checkpoint.open(place.toUri(), Map.of(), null)) {
            assertThat(checkpoint.unfinished()).isNotEmpty();
        }

        assertThat(rehearse(5, ErrorCode.CORRUPT_DATA.exitCode()))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("prepared      output 'saved', batch ")
                        .contains("../../home", "text-files names nothing so"))
                .contains("verdict       it CANNOT start, see above");
        assertThat(rehearse(2, 0))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("not checked   output 'saved', batch ")
                        .contains("the program has no such output now"));
    }

    @Test
    void saysWhatBecomesOfAWindowThatIsAnotherOneNow() throws Exception {
        Topic topic = Topic.create("rehearsal", 1);
        topic.add(0, "a");
        AtomicBoolean seen = new AtomicBoolean();
        try (StreamingContext context = Versions.program(11, directory.resolve("checkpoint"), seen)) {
            context.start();
            await().untilTrue(seen);
            assertThat(context.stopGracefully(Duration.ofSeconds(20))).isTrue();
        }

        assertThat(rehearse(12, 0))
                .contains(
                        "state         longer: kept as another window, 1 keys, stored as string/1 -> long/1",
                        "state         longer: length PT2M, was PT1M: what was dropped before stays gone, so that the first"
                                + " windows may have less",
                        "state         longer: totals are made anew from the batches in the window",
                        "state         shorter: length PT30S, was PT1M: what is older is dropped",
                        "state         shorter: slide PT2S, was PT1S: from its first multiple on",
                        "state         inverted: an inverse, had none: totals are made anew from the batches in the window",
                        "state         plain: no inverse any more: its totals are dropped",
                        "state         same: kept, 1 keys, stored as string/1 -> long/1",
                        "state         elements: length PT10S, was PT1M: what is older is dropped",
                        "verdict       the program can start on this checkpoint");
        assertThat(rehearse(13, 2))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(
                                "state         other: state 'other' was kept by reduceByKeyAndWindow, but the program"
                                        + " declares it for runningReduce, which would misread it"))
                .contains("verdict       it CANNOT start, see above");
    }

    @Test
    void whatGoingBackLosesIsSaidAndNeedsConsent() throws Exception {
        Topic topic = Topic.create("rehearsal", 1);
        AtomicBoolean seen = new AtomicBoolean();
        for (int version : new int[] {1, 4}) {
            topic.add(0, "a");
            seen.set(false);
            try (StreamingContext context = Versions.program(version, directory.resolve("checkpoint"), seen)) {
                context.start();
                await().untilTrue(seen);
                assertThat(context.stopGracefully(Duration.ofSeconds(20))).isTrue();
            }
        }
        assertThat(rehearse(4, 0)).contains("verdict       the program can start on this checkpoint");
        assertThat(rehearse(1, 2))
                .contains("state         counts: kept, 1 keys, stored as string/1 -> long/1")
                .anySatisfy(line -> assertThat(line)
                        .startsWith("LOST          dropped is as of batch ")
                        .contains("is missing in it"))
                .contains("verdict       it CANNOT start unless it is told to accept what is LOST, see above:"
                        + " start.accept-lost-state = true");
        assertThat(rehearse(1, 0, true)).anySatisfy(line -> assertThat(line).contains("told to accept what is LOST"));
    }
}
