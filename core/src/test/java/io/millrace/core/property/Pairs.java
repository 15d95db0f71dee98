// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Lists of pairs, reduced without the engine. */
final class Pairs {
    private Pairs() {}

    static List<Pair<String, Integer>> reduce(List<Pair<String, Integer>> in, BinaryOperator<Integer> combine) {
        return of(map(in, combine));
    }

    static Map<String, Integer> map(List<Pair<String, Integer>> in, BinaryOperator<Integer> combine) {
        Map<String, Integer> totals = new TreeMap<>();
        in.forEach(p -> totals.merge(p.key(), p.value(), combine));
        return totals;
    }

    /** How often each key is there. */
    static List<Pair<String, Integer>> counts(List<Pair<String, Integer>> in) {
        return reduce(in.stream().map(p -> Pair.of(p.key(), 1)).toList(), Integer::sum);
    }

    static List<Pair<String, Integer>> of(Map<String, Integer> totals) {
        List<Pair<String, Integer>> pairs = new ArrayList<>();
        totals.forEach((key, value) -> pairs.add(Pair.of(key, value)));
        return pairs;
    }

    static int sum(List<Pair<String, Integer>> in) {
        return in.stream().mapToInt(Pair::value).sum();
    }
}
