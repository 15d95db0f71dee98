// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the name that was probably meant.
 *
 * @since 0.1
 */
public final class Suggestion {
    private Suggestion() {}

    /** The known name that is so near to {@code given} that it was probably meant: a third of its letters differ at most. */
    public static Optional<String> nearest(String given, Collection<String> known) {
        String best = null;
        int bestDistance = Math.max(2, given.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(given, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code , did you mean 'x'?}, or the list of known keys where none is near. */
    static String among(String key, Collection<String> known, List<String> prefixes) {
        return nearest(key, known)
                .map(near -> ", did you mean '" + near + "'?")
                .orElseGet(() -> Stream.concat(known.stream(), prefixes.stream().map(prefix -> prefix + "*"))
                        .collect(Collectors.joining(", ", " (known: ", ")")));
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
