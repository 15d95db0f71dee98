// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

import io.millrace.api.MillraceException;
import org.jspecify.annotations.Nullable;

/** Decides whether what failed is worth trying again. */
public final class Failures {
    private Failures() {}

    /**
     * Whether the same would fail again until somebody changes something: what an error says by its code, and what the JVM
     * cannot go on from. Whatever else was thrown may heal.
     */
    public static boolean isHopeless(@Nullable Throwable thrown) {
        return thrown instanceof VirtualMachineError
                || (thrown instanceof MillraceException known && !known.code().retriable());
    }
}
