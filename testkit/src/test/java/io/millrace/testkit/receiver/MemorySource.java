// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A source in memory: two partitions that keep what they are given, and remember what they were told. */
final class MemorySource {
    static final int PARTITIONS = 2;

    private final List<List<String>> partitions = List.of(new ArrayList<>(), new ArrayList<>());
    private final Map<Integer, Long> committed = new HashMap<>();
    private int sent;

    synchronized void send(List<String> values) {
        for (String value : values) {
            partitions.get(sent++ % PARTITIONS).add(value);
        }
    }

    synchronized @Nullable String read(int partition, long offset) {
        List<String> values = partitions.get(partition);
        return offset < values.size() ? values.get((int) offset) : null;
    }

    synchronized void commit(int partition, long next) {
        committed.merge(partition, next, Math::max);
    }

    synchronized long committed(int partition) {
        return committed.getOrDefault(partition, 0L);
    }

    synchronized Set<String> acknowledged() {
        Set<String> values = new HashSet<>();
        committed.forEach((partition, next) -> {
            List<String> all = partitions.get(partition);
            values.addAll(all.subList(0, (int) Math.min(all.size(), next)));
        });
        return values;
    }
}
