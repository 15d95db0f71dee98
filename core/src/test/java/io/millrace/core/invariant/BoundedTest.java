// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import io.millrace.core.simulation.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Invariant 6: memory, disk, threads and every queue have a limit and a behavior at the limit. A source with more than a
 * slow program can take is held back, so is it by a disk without room, and a slow listener misses events and is told.
 */
@Timeout(14400)
class BoundedTest {
    @Test
    void whatIsTakenAndNotPutOutStaysBelowTheLimitsAndNothingIsLost() {
        Seeds.run("BoundedTest", 20, "io.millrace.core.simulated.CrampedProgram");
    }
}
