// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

/** A {@link CountingProgram} whose source keeps nothing that was acknowledged: who acknowledges too early has lost it. */
public final class ForgetfulProgram extends CountingProgram {
    /** A program, its world and its deaths. */
    public ForgetfulProgram(long seed) {
        super(seed, new World(PARTITIONS).forgetful());
    }
}
