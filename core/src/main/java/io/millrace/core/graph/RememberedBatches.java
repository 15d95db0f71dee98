// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The last batches of one stream, by batch time in milliseconds. Thread-safe. */
public final class RememberedBatches {
    private final NavigableMap<Long, Batch<Object>> batches = new ConcurrentSkipListMap<>();
    private volatile long duration;

    RememberedBatches(Duration duration) {
        this.duration = duration.toMillis();
    }

    /** Keeps at least {@code wanted}. */
    void atLeast(Duration wanted) {
        duration = Math.max(duration, wanted.toMillis());
    }

    /** Takes a batch in and drops those that are older than the newest by the duration or more. */
    public void add(long batchTime, Batch<Object> batch) {
        batches.put(batchTime, batch);
        batches.headMap(batches.lastKey() - duration, true).clear();
    }

    List<Batch<Object>> between(Instant from, Instant to, long slide) {
        long first = Math.floorDiv(from.toEpochMilli(), slide) * slide;
        long last = Math.floorDiv(to.toEpochMilli(), slide) * slide;
        return first > last
                ? List.of()
                : List.copyOf(batches.subMap(first, true, last, true).values());
    }
}
