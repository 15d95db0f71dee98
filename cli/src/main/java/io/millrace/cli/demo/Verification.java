// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares what was counted with what was produced, id by id and word by word.
 *
 * @param produced lines that the broker has: those it confirmed, and those in doubt that were seen nevertheless
 * @param counted different lines among them that were counted
 * @param lost lines that the broker confirmed and that were not counted
 * @param duplicated how often a line was counted beyond its first time
 * @param findings what else does not fit, one line each
 */
record Verification(long produced, long counted, long lost, long duplicated, List<String> findings) {
    private static final int SHOWN = 5;

    Verification {
        findings = List.copyOf(findings);
    }

    /** Compares. */
    static Verification of(Produced produced, Lines lines, Results results) {
        List<String> findings = new ArrayList<>();
        BitSet seen = (BitSet) results.ids().clone();
        if (seen.length() > produced.sent()) {
            findings.add("id " + (seen.length() - 1) + " was counted, but only ids below " + produced.sent()
                    + " were ever sent");
            seen.clear(produced.sent(), seen.length());
        }
        BitSet lost = (BitSet) produced.acknowledged().clone();
        lost.andNot(seen);
        if (!lost.isEmpty()) {
            findings.add("lost ids: " + shown(lost));
        }
        BitSet there = (BitSet) produced.acknowledged().clone();
        there.or(seen);
        compareTotals(totals(there, lines), results.totals(), findings);
        return new Verification(
                there.cardinality(),
                seen.cardinality(),
                lost.cardinality(),
                results.occurrences() - results.ids().cardinality(),
                findings);
    }

    /** Whether everything was counted exactly once and every word's total is right. */
    boolean holds() {
        return lost == 0 && duplicated == 0 && produced == counted && findings.isEmpty();
    }

    /** The last line of the demo. */
    String line() {
        return (holds() ? "verified" : "NOT verified") + ": produced=" + produced + " counted=" + counted + " lost="
                + lost + " duplicated=" + duplicated;
    }

    private static Map<String, Long> totals(BitSet ids, Lines lines) {
        Map<String, Long> totals = new TreeMap<>();
        ids.stream().forEach(id -> lines.words(id, word -> totals.merge(word, 1L, Long::sum)));
        return totals;
    }

    private static void compareTotals(Map<String, Long> expected, Map<String, Long> actual, List<String> findings) {
        TreeSet<String> words = new TreeSet<>(expected.keySet());
        words.addAll(actual.keySet());
        List<String> wrong = words.stream()
                .filter(word -> !expected.getOrDefault(word, 0L).equals(actual.getOrDefault(word, 0L)))
                .map(word -> String.format(
                        Locale.ROOT,
                        "%s %d instead of %d",
                        word,
                        actual.getOrDefault(word, 0L),
                        expected.getOrDefault(word, 0L)))
                .toList();
        if (!wrong.isEmpty()) {
            findings.add("wrong totals of " + wrong.size() + " words: "
                    + String.join(", ", wrong.subList(0, Math.min(SHOWN, wrong.size())))
                    + (wrong.size() > SHOWN ? ", …" : ""));
        }
    }

    private static String shown(BitSet ids) {
        String first = ids.stream()
                .limit(SHOWN)
                .mapToObj(Integer::toString)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        return first + (ids.cardinality() > SHOWN ? ", … (" + ids.cardinality() + ")" : "");
    }
}
