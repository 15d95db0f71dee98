// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of {@code docs/spec}, as it was when this kit was built.
 *
 * @param title its heading
 * @param clauses in the order of the file
 * @since 0.1
 */
public record Specification(String title, List<Clause> clauses) {
    private static final Pattern CLAUSE = Pattern.compile("(?:- )?\\*\\*([A-Z]+-\\d+)[^*]*\\*\\*\\s*(.*)");

    public Specification {
        clauses = List.copyOf(clauses);
    }

    /**
     * Reads the specification of an SPI.
     *
     * @param name its file without ending, such as {@code wal-store}
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Specification of(String name) {
        try (InputStream in = Specification.class.getResourceAsStream(name + ".md")) {
            if (in == null) {
                throw new IllegalArgumentException("there is no specification '" + name + "'");
            }
            return parse(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The clause of an id. */
    public Optional<Clause> clause(String id) {
        return clauses.stream().filter(clause -> clause.id().equals(id)).findFirst();
    }

    static Specification parse(String markdown) {
        String title = "";
        List<Clause> clauses = new ArrayList<>();
        String id = null;
        StringBuilder text = new StringBuilder();
        for (String line : (markdown + "\n\n").lines().toList()) {
            Matcher clause = CLAUSE.matcher(line);
            boolean begins = clause.matches();
            if (id != null && (begins || line.isBlank() || line.startsWith("#") || line.startsWith("|"))) {
                clauses.add(new Clause(id, plain(text.toString())));
                id = null;
            }
            if (begins) {
                id = clause.group(1);
                text = new StringBuilder(clause.group(2));
            } else if (id != null) {
                text.append(' ').append(line.strip());
            } else if (title.isEmpty() && line.startsWith("# ")) {
                title = line.substring(2).strip();
            }
        }
        if (id != null) {
            clauses.add(new Clause(id, plain(text.toString())));
        }
        return new Specification(title, clauses);
    }

    /** Without the marks of Markdown; a link becomes its text. */
    private static String plain(String markdown) {
        return markdown.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .replaceAll("[`*]", "")
                .strip();
    }
}
