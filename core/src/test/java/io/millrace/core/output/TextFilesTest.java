// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.Codecs;
import io.millrace.core.operator.BatchData;
import io.millrace.spi.sink.Sink;
import io.millrace.testkit.sink.SinkContext;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenario G8: batches as directories of text, each whole or not there, however often it is written. */
class TextFilesTest {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private String prefix() {
        return directory.resolve("out/words").toString();
    }

    private Path written(long second, String suffix) {
        return directory.resolve("out/words-" + BEGIN.plusSeconds(second).toEpochMilli() + suffix);
    }

    private static BatchData batch(String program, String output, Object... partitions) {
        BatchId id = new BatchId(program, 1, BEGIN.plusSeconds(1), Duration.ofSeconds(1), output, 0);
        return new BatchData(id, Stream.of(partitions).map(p -> List.of(p)).toList());
    }

    private static SortedMap<String, String> read(Path folder) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }

    @Test
    void G8_each_batch_is_a_directory_with_a_file_for_each_partition_through_kills_and_restarts() throws IOException {
        for (RestartMode mode : RestartMode.values()) {
            String prefix = directory.resolve(mode + "/words").toString();
            StreamHarness.of(in -> {
                        var words = in.input("words", Codecs.STRING);
                        words.saveAsTextFiles(prefix, "txt");
                        in.collect("words", words);
                    })
                    .batches("words", List.of("a", "b", "c"), List.of(), List.of("d"))
                    .modes(mode)
                    .run();
            assertThat(lines(Path.of(prefix + "-" + BEGIN.plusSeconds(1).toEpochMilli() + ".txt")))
                    .containsExactlyInAnyOrder("a", "b", "c");
            assertThat(lines(Path.of(prefix + "-" + BEGIN.plusSeconds(2).toEpochMilli() + ".txt")))
                    .isEmpty();
            assertThat(lines(Path.of(prefix + "-" + BEGIN.plusSeconds(3).toEpochMilli() + ".txt")))
                    .containsExactly("d");
            try (Stream<Path> all = Files.list(directory.resolve(mode.toString()))) {
                assertThat(all).hasSize(3);
            }
        }
    }

    private static List<String> lines(Path folder) throws IOException {
        return read(folder).entrySet().stream()
                .filter(file -> file.getKey().startsWith("part-"))
                .flatMap(file -> file.getValue().lines())
                .toList();
    }

    private Sink.Resumable sink(String prefix, String suffix) {
        Map<String, String> settings = Map.of("prefix", prefix, "suffix", suffix);
        TextFilesProvider provider = new TextFilesProvider();
        return (Sink.Resumable) provider.open(SinkContext.of(provider, "out", settings));
    }

    /** As the engine does it: all partitions, then, with the batch committed, the rest. */
    private static void write(Sink.Resumable sink, Batch<?> batch) throws Exception {
        List<byte[]> committables = new ArrayList<>();
        try {
            for (int p = 0; p < batch.partitions(); p++) {
                committables.add(sink.prepare(batch, p));
            }
        } catch (Exception e) {
            try {
                sink.discard(batch.id(), committables);
            } catch (IOException nothingThere) {
                e.addSuppressed(nothingThere);
            }
            throw e;
        }
        sink.finish(batch.id(), committables);
    }

    @Test
    void G8_what_is_no_text_is_written_with_a_question_mark() throws Exception {
        write(sink(prefix(), "txt"), batch("p", "out", "half \uD83D of a pair, and 😀"));
        assertThat(lines(written(1, ".txt"))).containsExactly("half ? of a pair, and 😀");
    }

    @Test
    void G8_a_batch_that_was_written_is_left_as_it_is() throws Exception {
        Sink.Resumable output = sink(prefix(), "");
        write(output, batch("p", "out", "a", "ü"));
        SortedMap<String, String> before = read(written(1, ""));
        assertThat(before)
                .containsEntry("part-00000", "a\n")
                .containsEntry("part-00001", "ü\n")
                .hasSize(3);
        write(output, batch("p", "out", "other"));
        assertThat(read(written(1, ""))).isEqualTo(before);
    }

    @Test
    void G8_a_batch_whose_writing_fails_is_not_there_and_is_written_again() throws Exception {
        Sink.Resumable output = sink(prefix(), "");
        BatchData whole = batch("p", "out", "a", "b");
        assertThatThrownBy(() -> write(output, new FailsInPartition(whole, 1))).hasMessage("the network is away");
        assertThat(written(1, "")).doesNotExist();
        write(output, whole);
        assertThat(lines(written(1, ""))).containsExactly("a", "b");
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            assertThat(all).containsExactly(written(1, ""));
        }
    }

    @Test
    void G8_a_directory_of_somebody_else_is_refused_and_left_as_it_is() throws Exception {
        Sink.Resumable output = sink(prefix(), "");
        Files.createDirectories(written(1, ""));
        Files.writeString(written(1, "").resolve("part-00000"), "precious");
        assertRefused(output, batch("p", "out", "a"));
        assertThat(read(written(1, ""))).containsOnly(Map.entry("part-00000", "precious"));
    }

    @Test
    void G8_the_directory_of_another_program_or_output_is_refused() throws Exception {
        Sink.Resumable output = sink(prefix(), "");
        write(output, batch("p", "out", "a"));
        assertRefused(output, batch("other", "out", "a"));
        assertRefused(output, batch("p", "other", "a"));
    }

    private void assertRefused(Sink.Resumable output, Batch<Object> batch) {
        assertThatThrownBy(() -> write(output, batch))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(written(1, "").toString())
                .hasMessageContaining("was not written by this output: give another prefix, or move it away");
    }

    @Test
    void G8_a_place_that_cannot_be_written_is_named() throws Exception {
        Files.writeString(directory.resolve("out"), "a file where a directory should be");
        assertThatThrownBy(() -> write(sink(prefix(), ""), batch("p", "out", "a")))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(written(1, "").toString());
        assertThatThrownBy(() -> sink(" ", "")).hasMessageContaining("is blank: give a path");
    }

    /** A batch of which one partition cannot be read. */
    private record FailsInPartition(BatchData whole, int failing) implements Batch<Object> {
        @Override
        public BatchId id() {
            return whole.id();
        }

        @Override
        public int partitions() {
            return whole.partitions();
        }

        @Override
        public long count() {
            return whole.count();
        }

        @Override
        public void forEach(io.millrace.api.function.RecordConsumer<? super Object> consumer) throws Exception {
            whole.forEach(consumer);
        }

        @Override
        public void forEach(int partition, io.millrace.api.function.RecordConsumer<? super Object> consumer)
                throws Exception {
            if (partition == failing) {
                throw new IllegalStateException("the network is away");
            }
            whole.forEach(partition, consumer);
        }

        @Override
        public List<Object> collect() {
            return whole.collect();
        }

        @Override
        public List<Object> take(int n) {
            return whole.take(n);
        }
    }
}
