// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the word count's outputs have written so far, read back from their files. Not thread-safe. */
final class Results {
    /** The output that writes a word and its total for each word touched. */
    static final String COUNTS = "counts";

    /** The output that writes the ids of a batch. */
    static final String IDS = "ids";

    private final Path directory;
    private final Set<Path> read = new HashSet<>();
    private final BitSet ids = new BitSet();
    private final Map<String, Long> totals = new HashMap<>();
    private long occurrences;

    Results(Path directory) {
        this.directory = directory;
    }

    /** Reads everything that is there now. */
    static Results readAll(Path directory) throws IOException {
        Results results = new Results(directory);
        results.refresh();
        return results;
    }

    /** Reads the files that came since the last call, in the order of their batch times. */
    void refresh() throws IOException {
        for (Path file : newFiles(COUNTS)) {
            for (String line : Files.readAllLines(file)) {
                String[] columns = line.split("\t", 2);
                if (columns.length != 2) {
                    throw new IOException("line '" + line + "' of " + file + " is not a word, a tab and a total");
                }
                totals.put(columns[0], number(columns[1], file));
            }
        }
        for (Path file : newFiles(IDS)) {
            for (String line : Files.readAllLines(file)) {
                ids.set(Math.toIntExact(number(line, file)));
                occurrences++;
            }
        }
    }

    /** The ids that were seen. */
    BitSet ids() {
        return ids;
    }

    /** How many ids were written, each occurrence counted. */
    long occurrences() {
        return occurrences;
    }

    /** The latest total of each word. */
    Map<String, Long> totals() {
        return totals;
    }

    /** The words with the highest totals, highest first. */
    List<Map.Entry<String, Long>> top(int count) {
        return totals.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(count)
                .toList();
    }

    private List<Path> newFiles(String output) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(output))) {
            return files.filter(file -> file.toString().endsWith(ResultWriter.SUFFIX) && read.add(file))
                    .sorted(Comparator.comparingLong(Results::batchTime))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static long batchTime(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.length() - ResultWriter.SUFFIX.length()));
    }

    private static long number(String text, Path file) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("'" + text + "' in " + file + " is not a number", e);
        }
    }
}
