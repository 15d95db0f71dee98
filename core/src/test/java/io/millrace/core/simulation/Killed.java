// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

/** Unwinds a thread whose process was killed. No code of the process sees it: not a catch clause, not a finally block. */
final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
        super("killed", null, false, false);
    }
}
