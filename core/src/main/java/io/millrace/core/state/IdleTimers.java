// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** {@link Timers} in memory. */
public final class IdleTimers implements Timers {
    private final TreeMap<Long, Set<Object>> keys = new TreeMap<>();

    @Override
    public void add(long at, Object key) {
        keys.computeIfAbsent(at, time -> new LinkedHashSet<>()).add(key);
    }

    @Override
    public List<Object> due(long now) {
        List<Object> due = new ArrayList<>();
        while (!keys.isEmpty() && keys.firstKey() <= now) {
            due.addAll(keys.pollFirstEntry().getValue());
        }
        return due;
    }
}
