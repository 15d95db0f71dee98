// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import io.millrace.api.BatchId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What an output was given for one batch: its elements, by partition. */
record Delivery(BatchId id, List<List<Object>> partitions) {
    List<Object> elements() {
        List<Object> all = new ArrayList<>();
        partitions.forEach(all::addAll);
        return all;
    }

    /** Whether both hold the same elements, as often, in whatever order. */
    boolean sameElements(Delivery other) {
        return counted(elements()).equals(counted(other.elements()));
    }

    private static Map<Object, Integer> counted(List<Object> elements) {
        Map<Object, Integer> counts = new HashMap<>();
        elements.forEach(element -> counts.merge(element, 1, Integer::sum));
        return counts;
    }
}
