// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.Window;
import java.time.Duration;

/** Checks windows where they are declared. */
final class Windows {
    private Windows() {}

    /** The slide of a window over a stream, in milliseconds. */
    static long slide(String label, Node parent, Window window) {
        check(label, parent, "length", window.length());
        Duration slide = window.slide().orElse(Duration.ofMillis(parent.slide()));
        check(label, parent, "slide", slide);
        return slide.toMillis();
    }

    private static void check(String label, Node parent, String what, Duration given) {
        if (!given.minusMillis(given.toMillis()).isZero() || given.toMillis() % parent.slide() != 0) {
            throw new IllegalArgumentException("'" + label + "' at " + CallSite.find() + ": the window's " + what + " "
                    + given + " is not a multiple of " + Duration.ofMillis(parent.slide()) + ", by which "
                    + parent.place() + " slides: give a multiple");
        }
    }
}
