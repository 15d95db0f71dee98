// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.plugin.Metrics;
import java.time.Duration;

/** What the logs of a store count and measure together. */
final class HdfsMeters {
    private final Metrics metrics;
    private final Metrics.Timer append;
    private final Metrics.Timer sync;
    private final Metrics.Counter bytes;
    private final Metrics.Counter retries;
    private final Metrics.Counter segments;

    HdfsMeters(Metrics metrics) {
        this.metrics = metrics;
        append = metrics.timer("millrace.wal.append");
        sync = metrics.timer("millrace.wal.sync");
        bytes = metrics.counter("millrace.wal.bytes");
        retries = metrics.counter("millrace.wal.retries");
        segments = metrics.counter("millrace.wal.segments");
    }

    /** Shows how many frames of a store's logs are not answered. */
    void inFlight(HdfsWalStore store) {
        metrics.gauge("millrace.wal.in-flight", store, HdfsWalStore::inFlight);
    }

    /** A frame is durable, so long after it was given to the store. */
    void appended(int length, long nanos) {
        append.record(Duration.ofNanos(nanos));
        bytes.add(length);
    }

    void synced(long nanos) {
        sync.record(Duration.ofNanos(nanos));
    }

    /** What was not durable is being written again. */
    void retried() {
        retries.increment();
    }

    void segmentMade() {
        segments.increment();
    }
}
