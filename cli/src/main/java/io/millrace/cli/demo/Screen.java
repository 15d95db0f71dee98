// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Where the demo shows itself. For one thread. */
interface Screen extends AutoCloseable {
    /** Prints a line that stays. */
    void print(String line);

    /** Shows where the demo is, in place of what was shown before or as a new line from time to time. */
    void show(Status status);

    /** Leaves what was shown last and gives the terminal back. */
    @Override
    void close();

    /** The terminal, if standard output is one that can be drawn on; lines on {@code out} otherwise. */
    static Screen open(PrintWriter out, String title) {
        try {
            // "exec" asks the system's own stty: no native library, hence no warning on newer Javas.
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .systemOutput(TerminalBuilder.SystemOutput.SysOut)
                    .provider("exec")
                    .dumb(true)
                    .nativeSignals(false)
                    .graphemeCluster(false) // asks the terminal a question whose answer is not read here
                    .build();
            if (!terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
                return new TerminalScreen(terminal, title);
            }
            terminal.close();
        } catch (IOException | IllegalStateException e) {
            // No terminal that can be drawn on.
        }
        return new PlainScreen(out);
    }
}
