// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import java.util.ArrayList;
import java.util.List;

/**
 * What was found to break a clause of {@code docs/spec/receiver.md} while something ran. Thread-safe.
 *
 * @since 0.1
 */
public final class Breaches {
    /** So many are kept; a receiver that breaks a clause with each record would fill the memory. */
    private static final int KEPT = 1_000;

    private final List<Breach> breaches = new ArrayList<>();

    /** Nothing was found yet. */
    public Breaches() {}

    /**
     * A clause that was broken.
     *
     * @param clause its name, such as {@code R-01}
     * @param what what was done, with its values
     */
    public record Breach(String clause, String what) {}

    /** Notes that a clause was broken. */
    public synchronized void add(String clause, String what) {
        if (breaches.size() < KEPT) {
            breaches.add(new Breach(clause, what));
        }
    }

    /** All of them, in the order in which they were found. */
    public synchronized List<Breach> all() {
        return List.copyOf(breaches);
    }

    /** Those of one clause, in words. */
    public synchronized List<String> of(String clause) {
        return breaches.stream()
                .filter(breach -> breach.clause().equals(clause))
                .map(Breach::what)
                .toList();
    }

    @Override
    public synchronized String toString() {
        return breaches.toString();
    }
}
