// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final long RECORDS = 20_003;

    @Test
    void anEventHasAKeyAnAmountAndAHundredBytes() {
        LongStream.range(0, RECORDS)
                .forEach(index -> assertThat(text(Workload.EVENTS, index))
                        .hasSize(100)
                        .matches("k0\\d{3},(0\\d\\d|1[01]\\d|12[0-7]),x{90}"));
    }

    @Test
    void aLineHasTenWords() {
        LongStream.range(0, RECORDS)
                .forEach(index -> assertThat(text(Workload.WORDS, index)).matches("w\\d{1,5}( w\\d{1,5}){9}"));
    }

    @Test
    void theChecksumOfEventsIsThatOfTheirSums() {
        Map<String, Long> totals = new HashMap<>();
        LongStream.range(0, RECORDS)
                .mapToObj(index -> text(Workload.EVENTS, index).split(",", -1))
                .forEach(fields -> totals.merge(fields[0], Long.parseLong(fields[1]), Long::sum));

        assertThat(Workload.EVENTS.checksum(RECORDS)).isEqualTo(checksum(totals));
    }

    @Test
    void theChecksumOfWordsIsThatOfTheirCounts() {
        Map<String, Long> totals = new HashMap<>();
        LongStream.range(0, RECORDS)
                .mapToObj(index -> text(Workload.WORDS, index).split(" ", -1))
                .flatMap(Arrays::stream)
                .forEach(word -> totals.merge(word, 1L, Long::sum));

        assertThat(Workload.WORDS.checksum(RECORDS)).isEqualTo(checksum(totals));
    }

    @Test
    void everyRecordIsInOnePartition() {
        for (long records = 0; records < 9; records++) {
            long count = records;
            long sum = LongStream.range(0, Workload.PARTITIONS)
                    .map(partition -> Workload.recordsIn((int) partition, count))
                    .sum();

            assertThat(sum).isEqualTo(records);
        }
        assertThat(Workload.recordsIn(0, 5)).isEqualTo(2);
        assertThat(Workload.recordsIn(1, 5)).isEqualTo(1);
    }

    private static long checksum(Map<String, Long> totals) {
        return totals.entrySet().stream()
                .mapToLong(total -> total.getKey().hashCode() * total.getValue())
                .sum();
    }

    private static String text(Workload workload, long index) {
        return new String(workload.record(index), StandardCharsets.US_ASCII);
    }
}
