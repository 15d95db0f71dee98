// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * When to look at which key again: by the time at which it will have been idle for long enough if nothing comes. A key is
 * not moved when something comes, only looked at once more, so that each costs one entry whatever its traffic.
 */
final class IdleTimers {
    private final TreeMap<Long, Set<Object>> keys = new TreeMap<>();

    /** Look at this key then. */
    void add(long at, Object key) {
        keys.computeIfAbsent(at, time -> new LinkedHashSet<>()).add(key);
    }

    /** The keys to look at by {@code now}, which are no longer here. */
    List<Object> due(long now) {
        List<Object> due = new ArrayList<>();
        while (!keys.isEmpty() && keys.firstKey() <= now) {
            due.addAll(keys.pollFirstEntry().getValue());
        }
        return due;
    }
}
