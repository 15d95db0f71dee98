// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.StreamClock;
import io.millrace.api.source.RecordView;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.receiver.DirectSourceConformance;
import java.time.Duration;
import java.util.Map;

/** Rows that a clock makes due, a thousand a second in three partitions. */
class RateConformanceTest extends DirectSourceConformance {
    private final ManualClock clock = new ManualClock();

    @Override
    protected DirectSourceProvider provider() {
        return new RateProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("rows-per-second", "1000", "partitions", "3");
    }

    @Override
    protected StreamClock clock() {
        return clock;
    }

    @Override
    protected void produce(int from, int until) {
        clock.advance(Duration.ofMillis(until - from));
    }

    @Override
    protected long number(RecordView view) {
        return RateInput.number(view);
    }
}
