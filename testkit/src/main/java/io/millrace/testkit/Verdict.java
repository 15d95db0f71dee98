// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit;

import org.junit.jupiter.api.TestReporter;

/**
 * What a test of the kit says of itself beyond passed and failed. It goes into JUnit's report as an entry, where
 * {@code millrace tck} and other tools find it by {@link #REFUSED}.
 *
 * @since 0.1
 */
public final class Verdict {
    /**
     * The key of an entry that says: the implementation does not declare what the clause asks for, and refuses it as it
     * must. The value says what is not declared.
     */
    public static final String REFUSED = "millrace.refused";

    /**
     * The key of an entry that says: the clause does not bind the implementation, because what it is about cannot happen
     * to it. The value says why.
     */
    public static final String UNBOUND = "millrace.unbound";

    private Verdict() {}

    /** Says that the running test saw what is not declared being refused correctly. */
    public static void refused(TestReporter reporter, String what) {
        reporter.publishEntry(REFUSED, what);
    }

    /** Says that the running test looked at nothing, because its clause does not bind the implementation. */
    public static void unbound(TestReporter reporter, String why) {
        reporter.publishEntry(UNBOUND, why);
    }
}
