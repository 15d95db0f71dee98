// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.testkit.spec.Clause;
import io.millrace.testkit.spec.Specification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The report as one file of HTML that needs nothing beside it: for each suite a table of its clauses. */
public final class HtmlReport {
    private final String subject;
    private final String run;
    private final StringBuilder html = new StringBuilder();

    private HtmlReport(String subject, String run) {
        this.subject = subject;
        this.run = run;
    }

    /**
     * Writes {@code report.html}.
     *
     * @param subject what was tested, for the heading
     * @param run when, with what, on what
     */
    public static Path write(Path directory, String subject, String run, List<SuiteReport> suites) {
        Path file = directory.resolve("report.html");
        try {
            Files.createDirectories(directory);
            return Files.writeString(file, new HtmlReport(subject, run).page(suites), UTF_8);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the report cannot be written to '" + file + "' (" + e + "); name another directory with --report",
                    e);
        }
    }

    private String page(List<SuiteReport> suites) throws IOException {
        for (SuiteReport suite : suites) {
            table(suite);
        }
        try (var in = Objects.requireNonNull(
                HtmlReport.class.getResourceAsStream("report.html"), "report.html is missing from the jar")) {
            return new String(in.readAllBytes(), UTF_8)
                    .replace("${subject}", escaped(subject))
                    .replace("${run}", escaped(run))
                    .replace("${suites}", html);
        }
    }

    private void table(SuiteReport suite) {
        html.append("<h2>").append(escaped(suite.subject())).append("</h2>\n");
        html.append("<p class=\"counts\">").append(escaped(suite.summary())).append("</p>\n");
        html.append(
                "<table>\n<thead><tr><th>clause</th><th>outcome</th><th>what is tested</th><th>s</th></tr></thead>\n");
        Map<String, String> texts = texts(suite.suite());
        for (Check check : suite.checks()) {
            row(check, texts);
        }
        html.append("</table>\n");
    }

    private void row(Check check, Map<String, String> texts) {
        String outcome = check.outcome().label().toLowerCase(Locale.ROOT);
        html.append("<tr class=\"").append(outcome).append("\"><td>").append(escaped(check.clause()));
        html.append("</td><td>").append(outcome).append("</td><td>").append(escaped(check.says()));
        html.append(check.required() ? "" : " <em>(optional)</em>");
        if (!check.detail().isEmpty()) {
            html.append("<pre>").append(escaped(check.detail())).append("</pre>");
        }
        String clauses = Arrays.stream(check.clause().split(", "))
                .filter(texts::containsKey)
                .map(texts::get)
                .filter(text -> !text.equals(check.says()))
                .map(HtmlReport::escaped)
                .collect(Collectors.joining("</p><p>"));
        if (!clauses.isEmpty()) {
            html.append("<details><summary>the clause</summary><p>")
                    .append(clauses)
                    .append("</p></details>");
        }
        html.append("</td><td class=\"time\">");
        if (!check.took().isZero()) {
            html.append(String.format(Locale.ROOT, "%.1f", check.took().toMillis() / 1000.0));
        }
        html.append("</td></tr>\n");
    }

    private static Map<String, String> texts(String suite) {
        Map<String, String> texts = new TreeMap<>();
        Suite.all().stream()
                .filter(one -> one.name().equals(suite))
                .flatMap(one -> Specification.of(one.specification()).clauses().stream())
                .forEach((Clause clause) -> texts.put(clause.id(), clause.text()));
        return texts;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
