// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints what the kit finds while it finds it, in 80 columns: a line per test, more where one fails. */
public final class ConsoleReport {
    private static final int WIDTH = 80;
    private static final int TEXT = 18;
    private static final int TIME = 9;
    private static final int MOST_LINES = 12;

    private final PrintWriter out;
    private List<String> heading;

    /**
     * Prints to {@code out}.
     *
     * @param heading lines that come before the first suite; a request that cannot be used never gets there
     */
    public ConsoleReport(PrintWriter out, String... heading) {
        this.out = out;
        this.heading = List.of(heading);
    }

    void begin(String subject, String origin) {
        heading.forEach(out::println);
        heading = List.of();
        out.println();
        Text.wrap(subject + ", from " + origin, WIDTH).forEach(out::println);
    }

    void say(String line) {
        out.println();
        Text.wrap(line, WIDTH).forEach(out::println);
    }

    void at(URI place) {
        Text.wrap("at " + place, WIDTH).forEach(out::println);
    }

    void check(Check check) {
        boolean reasoned = check.outcome() == Outcome.REFUSED || check.outcome() == Outcome.UNTESTED;
        String says = reasoned ? check.says() + ": " + check.detail() : check.says();
        if (!check.required()) {
            says = says + " (optional)";
        }
        String[] clauses = check.clause().split(", ", 2);
        if (clauses.length > 1) {
            says = says + " (also " + clauses[1] + ")";
        }
        List<String> lines = new ArrayList<>(Text.wrap(says, WIDTH - TEXT - TIME));
        String first = String.format(
                Locale.ROOT,
                "  %-6s %-8s %-" + (WIDTH - TEXT - TIME) + "s%" + TIME + "s",
                clauses[0],
                check.outcome().label(),
                lines.get(0),
                seconds(check));
        out.println(first);
        lines.subList(1, lines.size()).forEach(this::more);
        if (check.outcome() == Outcome.FAILED) {
            List<String> detail = Text.wrap(check.detail(), WIDTH - TEXT);
            detail.stream().limit(MOST_LINES).forEach(this::more);
            if (detail.size() > MOST_LINES) {
                more("… (" + (detail.size() - MOST_LINES) + " more lines; see the report)");
            }
        }
    }

    /** What no test looked at, with one reason for all that have it, and the counts. */
    void end(SuiteReport report) {
        List<Check> left = new ArrayList<>(report.checks());
        left.removeIf(
                check -> check.outcome() != Outcome.UNTESTED || !check.took().isZero());
        while (!left.isEmpty()) {
            String why = left.get(0).detail();
            List<String> clauses = left.stream()
                    .filter(check -> check.detail().equals(why))
                    .map(Check::clause)
                    .toList();
            left.removeIf(check -> check.detail().equals(why));
            List<String> reason = Text.wrap("untested: " + why, WIDTH - 4);
            out.println("  " + reason.get(0));
            reason.subList(1, reason.size()).forEach(line -> out.println("    " + line));
            Text.wrap(String.join(", ", clauses), WIDTH - 4).forEach(line -> out.println("    " + line));
        }
        Text.wrap(report.summary(), WIDTH).forEach(out::println);
    }

    private void more(String line) {
        out.println((" ".repeat(TEXT) + line).stripTrailing());
    }

    private static String seconds(Check check) {
        return String.format(Locale.ROOT, "%.1f s", check.took().toMillis() / 1000.0);
    }
}
