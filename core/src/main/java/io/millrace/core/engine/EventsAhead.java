// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.clock.Times;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.state.Watermarks;
import io.millrace.core.watch.Conditions;
import io.millrace.spi.plugin.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far event time can be in a batch, and tells of elements that are further ahead. On the engine's thread. */
final class EventsAhead {
    private static final Logger LOG = LoggerFactory.getLogger(EventsAhead.class);

    /** For how long nothing must come before it is over, and how often it is told that it goes on. */
    private static final long QUIET_MILLIS = Duration.ofMinutes(1).toMillis();

    private final Program program;
    private final boolean compared;
    private final Watermarks watermarks;
    private final Conditions conditions;
    private final Metrics.Counter counted;
    private final Map<String, Coming> coming = new TreeMap<>();

    /** What came of late for one state. Times are batch times. */
    private static final class Coming {
        private long elements;
        private long last;
        private long told;
    }

    EventsAhead(Program program, Watermarks watermarks, Conditions conditions) {
        this.program = program;
        this.compared = program.settings().get(EngineOptions.EVENTS_AHEAD_ARE_LATE);
        this.watermarks = watermarks;
        this.conditions = conditions;
        this.counted = new MicrometerMetrics(program.meters(), program.id(), "batches").counter("events.ahead");
    }

    /** A batch is about to be computed; returns its {@link io.millrace.core.operator.BatchParameters#present}. */
    long begin(PlannedBatch batch) {
        if (!compared) {
            return Times.NEVER;
        }
        watermarks
                .takeBack(batch.plannedAt())
                .forEach((state, before) -> LOG.warn(
                        "Program '{}': event time of state '{}' had come to {}, which is further ahead of batch {} than can"
                                + " be: it goes back to {}",
                        program.id(),
                        state,
                        Instant.ofEpochMilli(before),
                        Instant.ofEpochMilli(batch.batchTime()),
                        place(watermarks.reached().getOrDefault(state, Times.ALWAYS))));
        return batch.plannedAt();
    }

    private static String place(long reached) {
        return reached == Times.ALWAYS ? "where the next events are" : "" + Instant.ofEpochMilli(reached);
    }

    /** A batch was computed, and had so many that were ahead, by state. */
    void computed(long batchTime, Map<String, Long> ahead) {
        ahead.forEach((state, elements) -> came(state, elements, batchTime));
        coming.entrySet().removeIf(each -> {
            boolean over = batchTime - each.getValue().last >= QUIET_MILLIS;
            if (over) {
                conditions.clear(Conditions.EVENTS_AHEAD, subject(each.getKey()));
            }
            return over;
        });
    }

    private void came(String state, long elements, long batchTime) {
        counted.add(elements);
        Coming now = coming.get(state);
        boolean first = now == null;
        if (now == null) {
            now = new Coming();
            coming.put(state, now);
        }
        now.elements += elements;
        now.last = batchTime;
        if (first || batchTime - now.told >= QUIET_MILLIS) {
            now.told = batchTime;
            conditions.raise(
                    Conditions.EVENTS_AHEAD,
                    subject(state),
                    Duration.ZERO,
                    now.elements + " elements for state '" + state + "' up to batch " + Instant.ofEpochMilli(batchTime)
                            + " have event times that are further ahead than EventTime.maxAhead allows: they move no"
                            + " watermark, and went to lateRecords(); look for a clock that is wrong, this machine's"
                            + " included, or give a greater maxAhead");
        }
    }

    private static String subject(String state) {
        return "state '" + state + "'";
    }
}
