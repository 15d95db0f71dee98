// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Divides what a batch reads among tasks. */
final class Split {
    private Split() {}

    /**
     * Divides items into at most {@code parts} lists of about equal weight: the heaviest first, each to the list that is
     * lightest. Within a list, items keep their order. The same items give the same lists.
     */
    static <T> List<List<T>> evenly(List<T> items, ToLongFunction<T> weight, int parts) {
        int count = Math.min(parts, items.size());
        List<List<Integer>> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(new ArrayList<>());
        }
        long[] load = new long[count];
        List<Integer> heaviestFirst = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            heaviestFirst.add(i);
        }
        heaviestFirst.sort(Comparator.comparingLong((Integer i) -> weight.applyAsLong(items.get(i)))
                .reversed());
        for (int item : heaviestFirst) {
            int lightest = 0;
            for (int i = 1; i < count; i++) {
                lightest = load[i] < load[lightest] ? i : lightest;
            }
            chosen.get(lightest).add(item);
            load[lightest] += weight.applyAsLong(items.get(item));
        }
        List<List<T>> lists = new ArrayList<>();
        for (List<Integer> part : chosen) {
            lists.add(part.stream().sorted().map(items::get).toList());
        }
        return lists;
    }
}
