// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the outputs of one run were given. A batch may come twice only if it was killed, and must then be the same. */
final class Outputs {
    private final Map<String, Map<Instant, Delivery>> deliveries = new LinkedHashMap<>();
    private final Set<Instant> committed = new TreeSet<>();
    private final List<String> violations = new ArrayList<>();

    synchronized void declare(String output) {
        deliveries.computeIfAbsent(output, name -> new TreeMap<>());
    }

    synchronized void deliver(String output, Delivery delivery) {
        Instant time = delivery.id().batchTime();
        Map<Instant, Delivery> byTime = deliveries.computeIfAbsent(output, name -> new TreeMap<>());
        if (committed.contains(time)) {
            violations.add("batch " + time + " was committed, and output '" + output + "' was given it again");
        }
        Delivery before = byTime.put(time, delivery);
        if (before != null && !before.sameElements(delivery)) {
            violations.add("batch " + time + " of output '" + output + "' was run again and is not what it was: first "
                    + before.elements() + ", then " + delivery.elements());
        }
    }

    synchronized void committed(Instant batch) {
        committed.add(batch);
    }

    synchronized Set<String> names() {
        return Set.copyOf(deliveries.keySet());
    }

    /** What was wrong, whatever the outputs should have been given. */
    synchronized Optional<String> violation() {
        return violations.stream().findFirst();
    }

    /** The deliveries of an output by batch; deliveries that did not come are empty. */
    synchronized List<Optional<Delivery>> of(String output, List<Instant> times) {
        Map<Instant, Delivery> byTime = deliveries.getOrDefault(output, Map.of());
        return times.stream().map(time -> Optional.ofNullable(byTime.get(time))).toList();
    }
}
