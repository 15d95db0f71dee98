// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Remembers which files have not been in the directory for a while, by the names of their partitions. Thread-safe. */
final class GoneFiles {
    private final long afterNanos;
    private final Map<String, Long> missing = new LinkedHashMap<>(); // the one that is missing longest first
    private final Set<String> gone = new HashSet<>();

    GoneFiles(Duration after) {
        this.afterNanos = after.toNanos();
    }

    /** How long a file must be gone. */
    long afterNanos() {
        return afterNanos;
    }

    /** These were there before this process looked. */
    synchronized void expect(Collection<String> partitions, long now) {
        partitions.forEach(partition -> missing.putIfAbsent(partition, now));
    }

    /** This one is there now. */
    synchronized void present(String partition) {
        missing.remove(partition);
        gone.remove(partition);
    }

    /** This one was there until now. */
    synchronized void left(String partition, long now) {
        missing.remove(partition);
        missing.put(partition, now);
    }

    /** It is now so late. */
    synchronized void passed(long now) {
        Iterator<Map.Entry<String, Long>> next = missing.entrySet().iterator();
        while (next.hasNext()) {
            Map.Entry<String, Long> one = next.next();
            if (now - one.getValue() <= afterNanos) {
                break;
            }
            gone.add(one.getKey());
            next.remove();
        }
    }

    /** Those that have been gone for long enough. */
    synchronized Set<String> gone() {
        return Set.copyOf(gone);
    }

    /** This one is not remembered any more. */
    synchronized void forget(String partition) {
        missing.remove(partition);
        gone.remove(partition);
    }
}
