// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the key that somebody probably meant. */
final class Suggestion {
    private Suggestion() {}

    /** {@code , did you mean 'x'?}, or the list of known keys where none is near. */
    static String among(String key, Collection<String> known, List<String> prefixes) {
        String best = null;
        int bestDistance = Math.max(2, key.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(key, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        if (best != null) {
            return ", did you mean '" + best + "'?";
        }
        return Stream.concat(known.stream(), prefixes.stream().map(prefix -> prefix + "*"))
                .collect(Collectors.joining(", ", " (known: ", ")"));
    }

    /** The number of single-character edits between the two (Levenshtein). */
    static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
