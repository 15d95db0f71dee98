// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.function.RecordConsumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the outputs write is what the supervisor reads, whatever was run again or left unfinished. */
class ResultsTest {
    @TempDir
    private Path directory;

    private ResultWriter counts = new ResultWriter("");
    private ResultWriter ids = new ResultWriter("");

    @BeforeEach
    void open() {
        counts = new ResultWriter(directory.resolve(Results.COUNTS).toString());
        ids = new ResultWriter(directory.resolve(Results.IDS).toString());
    }

    @Test
    void aBatchThatRunsAgainReplacesItsFile() throws Exception {
        ids.write(new ListBatch(1_000, List.of("0", "1")), line -> line);
        ids.write(new ListBatch(1_000, List.of("0", "1")), line -> line);
        Results results = Results.readAll(directory);
        assertThat(results.occurrences()).isEqualTo(2);
        assertThat(results.ids().stream()).containsExactly(0, 1);
    }

    @Test
    void theTotalOfTheLatestBatchCounts() throws Exception {
        counts.write(new ListBatch(20_000, List.of("mill\t7")), line -> line);
        counts.write(new ListBatch(3_000, List.of("mill\t2", "wheel\t9")), line -> line);
        Results results = Results.readAll(directory);
        assertThat(results.totals()).containsOnly(Map.entry("mill", 7L), Map.entry("wheel", 9L));
        assertThat(results.top(1)).containsExactly(Map.entry("wheel", 9L));
    }

    @Test
    void refreshReadsEachFileOnce() throws Exception {
        Results results = Results.readAll(directory);
        assertThat(results.occurrences()).isZero();
        ids.write(new ListBatch(1_000, List.of("0")), line -> line);
        results.refresh();
        results.refresh();
        ids.write(new ListBatch(2_000, List.of("1")), line -> line);
        results.refresh();
        assertThat(results.occurrences()).isEqualTo(2);
    }

    @Test
    void anUnfinishedFileIsNotRead() throws Exception {
        ids.write(new ListBatch(1_000, List.of("0")), line -> line);
        Files.writeString(directory.resolve(Results.IDS).resolve("2000.txt.tmp"), "1\n2");
        assertThat(Results.readAll(directory).occurrences()).isEqualTo(1);
    }

    @Test
    void anEmptyBatchWritesNothing() throws Exception {
        ids.write(new ListBatch(1_000, List.of()), line -> line);
        assertThat(directory.resolve(Results.IDS)).doesNotExist();
    }

    @Test
    void aLineThatIsNoNumberIsNamedWithItsFile() throws Exception {
        ids.write(new ListBatch(1_000, List.of("x")), line -> line);
        assertThatThrownBy(() -> Results.readAll(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("'x'", "1000.txt");
    }

    /** A batch of lines in one partition. */
    private record ListBatch(long batchTime, List<String> lines) implements Batch<String> {
        @Override
        public BatchId id() {
            return new BatchId("test", 1, Instant.ofEpochMilli(batchTime), Duration.ofSeconds(1), "lines", 0);
        }

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public long count() {
            return lines.size();
        }

        @Override
        public void forEach(RecordConsumer<? super String> consumer) throws Exception {
            for (String line : lines) {
                consumer.accept(line);
            }
        }

        @Override
        public void forEach(int partition, RecordConsumer<? super String> consumer) throws Exception {
            forEach(consumer);
        }

        @Override
        public List<String> collect() {
            return lines;
        }

        @Override
        public List<String> take(int n) {
            return lines.subList(0, Math.min(n, lines.size()));
        }
    }
}
