// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The segments of one log that count, and how long each is. Thread-safe; one thread at a time changes it. */
final class LogIndex {
    private final NavigableMap<Long, Integer> lengths = new ConcurrentSkipListMap<>(Long::compareUnsigned);
    private volatile long first;

    LogIndex(long first) {
        this.first = first;
    }

    /** The id of the first segment that counts, which need not exist. */
    long first() {
        return first;
    }

    void add(long segment, int length) {
        lengths.put(segment, length);
    }

    @Nullable
    Integer length(long segment) {
        return lengths.get(segment);
    }

    /** All segments in order, with their lengths. */
    NavigableMap<Long, Integer> segments() {
        return lengths;
    }

    WalPosition start() {
        var found = lengths.firstEntry();
        return new WalPosition(found == null ? first : found.getKey(), 0);
    }

    WalPosition end() {
        var found = lengths.lastEntry();
        return found == null ? new WalPosition(first, 0) : new WalPosition(found.getKey(), found.getValue());
    }

    /** The first segments, in order, that end at or before a position; without {@code kept}. */
    List<Long> before(WalPosition position, long kept) {
        List<Long> freed = new ArrayList<>();
        for (var entry : lengths.entrySet()) {
            boolean ends = new WalPosition(entry.getKey(), entry.getValue()).compareTo(position) <= 0;
            if (!ends || entry.getKey() == kept) {
                break;
            }
            freed.add(entry.getKey());
        }
        return freed;
    }

    /** Forgets the segments before {@code segment}. */
    void trim(long segment) {
        first = segment;
        lengths.headMap(segment, false).clear();
    }
}
