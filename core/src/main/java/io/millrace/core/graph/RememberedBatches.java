// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.Batch;
import io.millrace.core.clock.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * The last batches of one stream, by batch time in milliseconds. Shown are those up to the batch whose outputs are called;
 * the next ones may be computed meanwhile. Thread-safe.
 */
public final class RememberedBatches {
    private final NavigableMap<Long, Batch<Object>> batches = new ConcurrentSkipListMap<>();
    private volatile long duration;
    private volatile long shown = Long.MIN_VALUE;

    RememberedBatches(Duration duration) {
        this.duration = millis(duration);
    }

    /** Keeps at least {@code wanted}. */
    void atLeast(Duration wanted) {
        duration = Math.max(duration, millis(wanted));
    }

    /** Takes in a batch that was computed. */
    public void add(long batchTime, Batch<Object> batch) {
        batches.put(batchTime, batch);
    }

    /** Outputs of this batch are called from now on: drops those that are older than it by the duration or more. */
    public void show(long batchTime) {
        shown = batchTime;
        batches.headMap(Times.minus(batchTime, duration), true).clear();
    }

    private static long millis(Duration wanted) {
        return TimeUnit.MILLISECONDS.convert(wanted); // what is longer than a long has is the longest
    }

    private static long floor(Instant moment, long slide) {
        long millis = Times.millis(moment);
        return Times.minus(millis, Math.floorMod(millis, slide));
    }

    List<Batch<Object>> between(Instant from, Instant to, long slide) {
        long first = floor(from, slide);
        long last = Math.min(shown, floor(to, slide));
        return first > last
                ? List.of()
                : List.copyOf(batches.subMap(first, true, last, true).values());
    }
}
