// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Lays a {@link Status} out in lines that fit a terminal of any width from 40 columns on; made for 80. */
final class StatusLayout implements AutoCloseable {
    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
    private static final AttributedStyle BOLD = AttributedStyle.BOLD;
    private static final AttributedStyle FAINT = AttributedStyle.DEFAULT.faint();
    private static final AttributedStyle BLUE = AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN);
    private static final int WORD_WIDTH = 10;
    private static final int TOTAL_WIDTH = 13;

    private final String title;
    private final String block;
    private final TimeBar bar;

    /** @param unicode whether the terminal shows more than ASCII */
    StatusLayout(String title, boolean unicode) {
        this.title = title;
        this.block = unicode ? "█" : "=";
        this.bar = new TimeBar(unicode);
    }

    List<AttributedString> lines(Status status, int columns) {
        int width = Math.max(40, Math.min(columns, 100)) - 2;
        List<AttributedString> lines = new ArrayList<>();
        lines.add(AttributedString.EMPTY);
        lines.add(text(BOLD, " " + title));
        lines.add(text(BLUE, " " + bar.render(status, width)));
        lines.add(AttributedString.EMPTY);
        lines.add(row("records", "produced", status.produced(), "counted", status.counted(), "behind", behind(status)));
        lines.add(row(
                "per second",
                "produced",
                Math.round(status.producedRate()),
                "counted",
                Math.round(status.countedRate()),
                "",
                0));
        lines.add(row(
                "batches",
                "done",
                status.batches(),
                "last of",
                status.lastBatch().records(),
                "restarts",
                status.restarts()));
        lines.add(delays(status));
        lines.add(AttributedString.EMPTY);
        words(status.top(), width, lines);
        lines.add(AttributedString.EMPTY);
        lines.add(text(FAINT, " Ctrl-C stops gracefully and verifies"));
        return lines.stream().map(line -> line.columnSubSequence(0, columns)).toList();
    }

    private static long behind(Status status) {
        return Math.max(0, status.produced() - status.counted());
    }

    private static AttributedString row(
            String label, String a, long first, String b, long second, String c, long third) {
        AttributedStringBuilder line = new AttributedStringBuilder();
        line.styled(FAINT, String.format(Locale.ROOT, " %-11s", label));
        cell(line, a, first);
        cell(line, b, second);
        if (!c.isEmpty()) {
            cell(line, c, third);
        }
        return line.toAttributedString();
    }

    private static void cell(AttributedStringBuilder line, String label, long value) {
        line.styled(FAINT, String.format(Locale.ROOT, "%-9s", label));
        line.styled(PLAIN, String.format(Locale.ROOT, "%,11d   ", value));
    }

    private static AttributedString delays(Status status) {
        AttributedStringBuilder line = new AttributedStringBuilder();
        line.styled(FAINT, String.format(Locale.ROOT, " %-11s", "delay"));
        delay(line, "waiting", status.lastBatch().schedulingMillis());
        delay(line, "working", status.lastBatch().processingMillis());
        delay(line, "p99", status.processing99Millis());
        return line.toAttributedString();
    }

    private static void delay(AttributedStringBuilder line, String label, double millis) {
        line.styled(FAINT, String.format(Locale.ROOT, "%-9s", label));
        line.styled(PLAIN, String.format(Locale.ROOT, "%,8.1f ms   ", millis));
    }

    /** Always as many lines as words are asked for, so that the screen does not jump. */
    private void words(List<Map.Entry<String, Long>> top, int width, List<AttributedString> lines) {
        long most = top.isEmpty() ? 1 : Math.max(1, top.get(0).getValue());
        int room = width - WORD_WIDTH - TOTAL_WIDTH - 4;
        for (int i = 0; i < Supervisor.TOP_WORDS; i++) {
            if (i >= top.size()) {
                lines.add(AttributedString.EMPTY);
                continue;
            }
            Map.Entry<String, Long> entry = top.get(i);
            AttributedStringBuilder line = new AttributedStringBuilder();
            line.styled(PLAIN, String.format(Locale.ROOT, " %-" + WORD_WIDTH + "s", entry.getKey()));
            line.styled(PLAIN, String.format(Locale.ROOT, "%," + TOTAL_WIDTH + "d  ", entry.getValue()));
            line.styled(BLUE, block.repeat((int) Math.max(1, room * entry.getValue() / most)));
            lines.add(line.toAttributedString());
        }
    }

    private static AttributedString text(AttributedStyle style, String text) {
        return new AttributedString(text, style);
    }

    @Override
    public void close() {
        bar.close();
    }
}
