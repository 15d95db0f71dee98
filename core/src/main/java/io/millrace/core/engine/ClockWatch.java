// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.core.listener.ListenerBus;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices a clock that was set back by more than an interval, and reports it once each time. */
final class ClockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

    private final Program program;
    private final ListenerBus listeners;
    private boolean behind;

    ClockWatch(Program program, ListenerBus listeners) {
        this.program = program;
        this.listeners = listeners;
    }

    /** Looks at a tick beside the last batch that was planned. */
    void check(long tick, long lastPlanned) {
        if (tick > lastPlanned) {
            behind = false;
            return;
        }
        Duration by = Duration.ofMillis(lastPlanned - tick);
        if (behind || by.compareTo(program.interval()) <= 0) {
            return;
        }
        behind = true;
        Instant last = Instant.ofEpochMilli(lastPlanned);
        LOG.warn(
                "The clock of '{}' was set back: it is {} behind the last batch, {}; no batch is planned until it has"
                        + " caught up",
                program.id(),
                by,
                last);
        listeners.post(new StreamingEvent.ClockSetBack(
                Instant.ofEpochMilli(program.clock().millis()), last, by));
    }
}
