// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

/** What became of a clause. */
public enum Outcome {
    /** The implementation does what the clause says. */
    PASSED("passed"),
    /** It does not. */
    FAILED("FAILED"),
    /** It does not declare what the clause is about, and refuses it as it must. */
    REFUSED("refused"),
    /** It was not tested, for a reason that is given. */
    UNTESTED("untested");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    /** What a report calls it. */
    public String label() {
        return label;
    }
}
