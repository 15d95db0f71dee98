// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.PlainText;
import java.io.PrintWriter;

/**
 * Prints what commands say: a text that is printed with {@code println} is one line on the terminal, whatever is in it of
 * records, keys and names of files.
 */
final class LinePrinter extends PrintWriter {
    LinePrinter(PrintWriter out) {
        super(out, true);
    }

    @Override
    public void println(String line) {
        super.println(PlainText.of(line));
    }
}
