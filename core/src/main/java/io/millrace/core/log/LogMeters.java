// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.plugin.Metrics;
import java.time.Duration;

/** What a log counts and measures. */
final class LogMeters {
    private final Metrics.Counter appends;
    private final Metrics.Counter bytes;
    private final Metrics.Counter frames;
    private final Metrics.Counter refused;
    private final Metrics.Counter torn;
    private final Metrics.Timer sync;

    LogMeters(Metrics metrics) {
        appends = metrics.counter("millrace.log.appends");
        bytes = metrics.counter("millrace.log.bytes");
        frames = metrics.counter("millrace.log.frames");
        refused = metrics.counter("millrace.log.refused");
        torn = metrics.counter("millrace.log.torn");
        sync = metrics.timer("millrace.log.sync");
    }

    /** A frame is durable: appends per frame and bytes per frame are what group commit achieves. */
    void durable(int entries, long frameBytes, long nanos) {
        appends.add(entries);
        bytes.add(frameBytes);
        frames.increment();
        sync.record(Duration.ofNanos(nanos));
    }

    /** Opening the log cut the rest of an unfinished append off. */
    void torn(long cut) {
        torn.add(cut);
    }

    /** The store had no room for a frame, or asked to try again. */
    void refused() {
        refused.increment();
    }
}
