// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.Signals;

/** One screen at the bottom of a terminal, redrawn in place; lines that stay scroll away above it. */
final class TerminalScreen implements Screen {
    private static final String RESIZED = "WINCH";

    private final Terminal terminal;
    private final Display display;
    private final StatusLayout layout;
    private final Attributes before;
    private final Object formerHandler;
    private final Thread restorer = new Thread(this::restore, "millrace-demo-terminal");
    private volatile boolean resized = true;
    private Size size = Size.of(80, 24);
    private List<AttributedString> shown = List.of();

    TerminalScreen(Terminal terminal, String title) {
        this.terminal = terminal;
        this.display = new Display(terminal, false);
        this.layout = new StatusLayout(title, terminal.encoding().newEncoder().canEncode('█'));
        this.before = terminal.getAttributes();
        Attributes quiet = new Attributes(before);
        quiet.setLocalFlag(Attributes.LocalFlag.ECHO, false);
        terminal.setAttributes(quiet);
        this.formerHandler = Signals.register(RESIZED, () -> resized = true);
        Runtime.getRuntime().addShutdownHook(restorer);
    }

    private void restore() {
        terminal.setAttributes(before);
        terminal.puts(Capability.cursor_visible);
        terminal.flush();
    }

    @Override
    public void print(String line) {
        display.update(List.of(), 0);
        shown = List.of();
        terminal.writer().println(line);
        terminal.flush();
    }

    @Override
    public void show(Status status) {
        if (resized) {
            resized = false;
            Size now = terminal.getSize();
            if (now.getColumns() > 0 && now.getRows() > 0) {
                size = now;
            }
            // The terminal has wrapped the lines anew. The cursor is where the first of them begins.
            terminal.puts(Capability.clr_eos);
            display.reset();
            display.resize(size);
        }
        List<AttributedString> lines = layout.lines(status, size.getColumns());
        shown = List.copyOf(lines.subList(0, Math.min(lines.size(), size.getRows() - 1)));
        terminal.puts(Capability.cursor_invisible);
        display.update(shown, 0);
        terminal.flush();
    }

    @Override
    public void close() {
        layout.close();
        if (!shown.isEmpty()) {
            // What is printed from now on comes below.
            display.update(shown, size.cursorPos(shown.size() - 1, 0));
            terminal.writer().println();
        }
        Signals.unregister(RESIZED, formerHandler);
        Runtime.getRuntime().removeShutdownHook(restorer);
        restore();
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give the terminal back", e);
        }
    }
}
