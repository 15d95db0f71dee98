// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.time.Duration;

/**
 * One test of the kit, or a clause without one.
 *
 * @param clause such as {@code W-03}; several are divided by a comma
 * @param required whether failing it means that the plugin is not conformant
 * @param says what is tested, in words
 * @param detail why it failed, was refused or is untested; else empty
 * @param took how long
 */
public record Check(String clause, boolean required, String says, Outcome outcome, String detail, Duration took) {
    /** A clause that no test looks at. */
    static Check untested(String clause, String says, String why) {
        return new Check(clause, true, says, Outcome.UNTESTED, why, Duration.ZERO);
    }

    /** Whether the plugin is not conformant. */
    public boolean breaksTheContract() {
        return outcome == Outcome.FAILED && required;
    }
}
