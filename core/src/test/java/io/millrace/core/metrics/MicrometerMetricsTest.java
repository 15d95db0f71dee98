// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerMetrics metrics = new MicrometerMetrics(registry, "program", "lines");

    @Test
    void countsOnOneCounterPerName() {
        metrics.counter("millrace.receiver.records").add(3);
        metrics.counter("millrace.receiver.records").increment();

        assertThat(registry.get("millrace.receiver.records").counter().count()).isEqualTo(4);
    }

    @Test
    void putsThePrefixBeforeANameThatHasNone() {
        metrics.counter("records").increment();

        assertThat(registry.get("millrace.records").counter().count()).isEqualTo(1);
    }

    @Test
    void timesOnOneTimerPerName() {
        metrics.timer("millrace.wal.sync").record(Duration.ofMillis(3));

        assertThat(registry.get("millrace.wal.sync").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(3);
    }

    @Test
    void keepsInstancesApart() {
        metrics.counter("millrace.records").increment();
        new MicrometerMetrics(registry, "program", "other")
                .counter("millrace.records")
                .add(5);

        assertThat(registry.get("millrace.records")
                        .tag("instance", "lines")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void readsTheNewestSourceOfAGauge() {
        List<String> before = List.of("a");
        List<String> after = List.of("a", "b");
        metrics.gauge("millrace.queue", before, List::size);
        MicrometerMetrics restarted = new MicrometerMetrics(registry, "program", "lines");
        restarted.gauge("millrace.queue", after, List::size);

        metrics.close();

        assertThat(registry.get("millrace.queue").gauge().value()).isEqualTo(2);
        restarted.close();
        assertThat(registry.find("millrace.queue").gauge()).isNull();
    }

    @Test
    void keepsCountersWhenItIsClosed() {
        metrics.counter("millrace.records").increment();
        metrics.close();
        new MicrometerMetrics(registry, "program", "lines")
                .counter("millrace.records")
                .increment();

        assertThat(registry.get("millrace.records").counter().count()).isEqualTo(2);
    }
}
