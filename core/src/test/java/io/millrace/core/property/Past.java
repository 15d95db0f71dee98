// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a step was given from the first batch on, and what follows from it. */
final class Past {
    final Map<String, Integer> totals = new TreeMap<>();
    final List<List<Pair<String, Integer>>> batches = new ArrayList<>();
    final EventTimeStep.Windows windows = new EventTimeStep.Windows();

    /** Batches up to this one may be gone: a window of this program no longer reached them. */
    int gone;

    /** A window needed what may be gone; whether it still is there depends on when snapshots were written. */
    boolean open;

    /** Notes what a batch brought. */
    void add(int time, List<Pair<String, Integer>> in) {
        while (batches.size() < time) {
            batches.add(List.of());
        }
        batches.set(time - 1, in == null ? List.of() : in);
    }

    /** The elements of the batches in {@code (time - length, time]}. */
    List<Pair<String, Integer>> last(int length, int time) {
        List<Pair<String, Integer>> all = new ArrayList<>();
        for (int t = Math.max(1, time - length + 1); t <= time; t++) {
            open |= t <= gone && !batches.get(t - 1).isEmpty();
            all.addAll(batches.get(t - 1));
        }
        return all;
    }
}
