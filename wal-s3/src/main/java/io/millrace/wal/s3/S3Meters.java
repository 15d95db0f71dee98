// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.plugin.Metrics;
import java.nio.ByteBuffer;
import java.time.Duration;

/** What the store counts and measures. */
final class S3Meters {
    private final Metrics.Timer puts;
    private final Metrics.Counter bytes;
    private final Metrics.Counter retries;
    private final Metrics.Counter fenced;
    private final Metrics.Counter readBytes;
    private final Metrics.Counter undeleted;

    S3Meters(Metrics metrics, Throttle throttle) {
        puts = metrics.timer("millrace.wal.put");
        bytes = metrics.counter("millrace.wal.put.bytes");
        retries = metrics.counter("millrace.wal.put.retries");
        fenced = metrics.counter("millrace.wal.fenced");
        readBytes = metrics.counter("millrace.wal.read.bytes");
        undeleted = metrics.counter("millrace.wal.delete.failures");
        metrics.gauge("millrace.wal.put.in-flight", throttle, Throttle::underWay);
        metrics.gauge("millrace.wal.put.allowed", throttle, Throttle::allowed);
    }

    void put(Duration took, ByteBuffer... content) {
        long length = 0;
        for (ByteBuffer part : content) {
            length += part.remaining();
        }
        puts.record(took);
        bytes.add(length);
    }

    void retried() {
        retries.increment();
    }

    void fenced() {
        fenced.increment();
    }

    void read(int length) {
        readBytes.add(length);
    }

    void undeleted(int keys) {
        undeleted.add(keys);
    }
}
