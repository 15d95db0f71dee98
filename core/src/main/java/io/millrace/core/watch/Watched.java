// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import java.util.function.Consumer;

/** A part of a program that can say what it is at. */
@FunctionalInterface
public interface Watched {
    /** Tells everything that is under way. On the watchdog's thread; must neither wait nor change anything. */
    void look(Consumer<Sighting> into);
}
