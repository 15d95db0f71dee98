// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the segments that a replay will want next, several at once, because one after the other would cost a round trip
 * each. A read that begins at a segment's first byte is taken for a replay's; entries are read from behind it, and are
 * fetched alone. Thread-safe.
 */
final class ReadAhead {
    /** How much is held or on its way at most, besides the segment that is read. */
    private static final long MOST_BYTES = 64 << 20;

    private final int parallelism;
    private final Calls calls;
    private final Fetch fetch;
    private final TreeMap<Long, CompletableFuture<byte[]>> held = new TreeMap<>(Long::compareUnsigned);

    /** Reads a whole segment. */
    interface Fetch {
        byte[] segment(long segment, int length);
    }

    ReadAhead(int parallelism, Calls calls, Fetch fetch) {
        this.parallelism = parallelism;
        this.calls = calls;
        this.fetch = fetch;
    }

    /**
     * The bytes of a segment if a replay is reading it; null if nothing says so.
     *
     * @param segments all segments with their lengths, to see what comes next
     */
    byte @Nullable [] read(long segment, int length, long offset, int count, NavigableMap<Long, Integer> segments) {
        CompletableFuture<byte[]> wanted;
        synchronized (held) {
            if (offset == 0) {
                held.headMap(segment).clear();
                fill(segments.tailMap(segment, true));
            }
            wanted = held.get(segment);
            if (wanted != null && offset + count >= length) {
                held.remove(segment);
            }
        }
        return wanted == null ? null : Calls.join(wanted);
    }

    private void fill(NavigableMap<Long, Integer> from) {
        long bytes = 0;
        int count = 0;
        for (Map.Entry<Long, Integer> next : from.entrySet()) {
            bytes += next.getValue();
            count++;
            if (count > 1 && (count > parallelism || bytes > MOST_BYTES)) {
                return;
            }
            held.computeIfAbsent(next.getKey(), segment -> calls.submit(() -> fetch.segment(segment, next.getValue())));
        }
    }

    void clear() {
        synchronized (held) {
            held.clear();
        }
    }
}
