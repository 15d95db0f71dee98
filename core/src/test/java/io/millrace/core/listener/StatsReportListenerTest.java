// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.listener.StatsReportListener;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.InputInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatsReportListenerTest {
    private final List<String> reports = new ArrayList<>();

    @Test
    void reportsTheDistributionsOfSoManyBatches() {
        StatsReportListener listener = new StatsReportListener(4, reports::add);
        for (int i = 1; i <= 9; i++) {
            listener.onEvent(new BatchCompleted(Instant.EPOCH, batch(i, i, 10L * i)));
        }
        assertThat(reports).hasSize(2);
        assertThat(reports.get(0)).isEqualTo("""
                        4 batches up to 1970-01-01T00:00:04Z, 400 records
                                             min      5%     25%     50%     75%     90%     95%     max
                        scheduling delay     1ms     1ms     1ms     2ms     3ms     4ms     4ms     4ms
                        processing delay    10ms    10ms    10ms    20ms    30ms    40ms    40ms    40ms
                        total delay         11ms    11ms    11ms    22ms    33ms    44ms    44ms    44ms""");
    }

    @Test
    void aDelayThatNobodyKnowsIsADash() {
        StatsReportListener listener = new StatsReportListener(1, reports::add);
        listener.onEvent(new BatchCompleted(
                Instant.EPOCH,
                new BatchInfo(
                        Instant.EPOCH,
                        Map.of(),
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.of(Instant.ofEpochSecond(15)),
                        List.of(),
                        Optional.of("failed"))));
        assertThat(reports.get(0)).contains("scheduling delay       -").contains("total delay          15s");
    }

    @Test
    void anEmptyReportIsRefused() {
        assertThatThrownBy(() -> new StatsReportListener(0, reports::add))
                .hasMessage("a report every 0 batches: give at least 1");
    }

    private static BatchInfo batch(int second, long scheduling, long processing) {
        Instant time = Instant.ofEpochSecond(second);
        Instant started = time.plusMillis(scheduling);
        return new BatchInfo(
                time,
                Map.of("in", new InputInfo(100, 0, List.of())),
                time,
                Optional.of(started),
                Optional.of(started.plusMillis(processing)),
                List.of(),
                Optional.empty());
    }
}
