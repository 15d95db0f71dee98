// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Remembers which files have not been in the directory for a while, by the names of their partitions. Thread-safe. */
final class GoneFiles {
    private final long afterNanos;
    private final Map<String, Long> lastSeen = new HashMap<>();
    private Set<String> gone = Set.of();

    GoneFiles(Duration after) {
        this.afterNanos = after.toNanos();
    }

    /** These were there before this process looked. */
    synchronized void expect(Collection<String> partitions, long now) {
        partitions.forEach(partition -> lastSeen.putIfAbsent(partition, now));
    }

    /** These are there now. */
    synchronized void seen(Collection<String> partitions, long now) {
        partitions.forEach(partition -> lastSeen.put(partition, now));
        Set<String> missing = new HashSet<>();
        lastSeen.forEach((partition, at) -> {
            if (now - at > afterNanos) {
                missing.add(partition);
            }
        });
        gone = Set.copyOf(missing);
    }

    /** Those that have been gone for long enough. */
    synchronized Set<String> gone() {
        return gone;
    }

    /** Nobody remembers this one any more. */
    synchronized void forget(String partition) {
        lastSeen.remove(partition);
    }
}
