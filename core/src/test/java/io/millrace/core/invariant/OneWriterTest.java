// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import io.millrace.core.simulation.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Invariant 4: after a new process opened a program's logs, the old one can append nothing that anyone will ever read,
 * however long it slept; on a store that only locks, the new one is refused while the old one lives.
 */
@Timeout(14400)
class OneWriterTest {
    @Test
    void whoeverComesSecondWaitsOrTakesOverAndEverythingIsCountedOnce() {
        Seeds.run("OneWriterTest", 2, "io.millrace.core.simulated.TakeoverProgram");
    }
}
