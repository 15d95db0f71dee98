// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.PlainText;
import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.core.ledger.Fact;
import io.millrace.core.listener.ListenerBus;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a source lost and was told to go on without. */
final class Gaps {
    private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);

    private Gaps() {}

    static void report(Fact.Gap gap, StreamClock clock, ListenerBus listeners) {
        Optional<Instant> batch = Optional.ofNullable(gap.batchTime()).map(Instant::ofEpochMilli);
        LOG.warn(
                "Input '{}' no longer has {}{}: the program goes on without these records",
                gap.stream(),
                PlainText.of(gap.lost().toString()),
                batch.map(time -> ", which batch " + time + " was to read").orElse(""));
        listeners.post(
                new StreamingEvent.RecordsLost(Instant.ofEpochMilli(clock.millis()), gap.stream(), batch, gap.lost()));
    }
}
