// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.util.List;
import org.jline.utils.Signals;

/** Turns Ctrl-C and {@code kill} into a wish to stop; the second one ends the process at once. */
final class Interrupts implements AutoCloseable {
    private static final int EXIT_CODE = 130;
    private static final List<String> SIGNALS = List.of("INT", "TERM");

    private final List<Object> former;
    private volatile boolean asked;

    Interrupts() {
        former = SIGNALS.stream()
                .map(signal -> Signals.register(signal, this::ask))
                .toList();
    }

    /** Whether a stop was asked for. */
    boolean asked() {
        return asked;
    }

    private void ask() {
        if (asked) {
            // The screen gives the terminal back in a hook; the children notice that their standard input ends.
            System.exit(EXIT_CODE);
        }
        asked = true;
    }

    @Override
    public void close() {
        for (int i = 0; i < SIGNALS.size(); i++) {
            Signals.unregister(SIGNALS.get(i), former.get(i));
        }
    }
}
