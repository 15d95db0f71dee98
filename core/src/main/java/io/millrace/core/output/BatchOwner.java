// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.BatchId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whose batch a directory is, as the file in it says that each has.
 *
 * @param program the program
 * @param output the output
 * @param batchTime the batch time in ms
 * @param identity the checkpoint that wrote it; empty if it is of before there were identities
 */
record BatchOwner(String program, String output, long batchTime, String identity) {
    static final String FILE = "_BATCH";

    static BatchOwner of(BatchId id, String identity) {
        return new BatchOwner(id.programId(), id.output(), id.batchTime().toEpochMilli(), identity);
    }

    /** What a directory says; empty if it says nothing. */
    static Optional<BatchOwner> of(Path directory) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(directory.resolve(FILE));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BatchOwner(
                    value(lines, "program"),
                    value(lines, "output"),
                    Long.parseLong(value(lines, "batch")),
                    value(lines, "checkpoint")));
        } catch (NumberFormatException e) {
            return Optional.empty(); // no file of ours
        }
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** Whether both are the same batch, by whichever checkpoint. */
    boolean isSameBatch(BatchOwner other) {
        return program.equals(other.program) && output.equals(other.output) && batchTime == other.batchTime;
    }

    void write(Path directory) throws IOException {
        Files.writeString(
                directory.resolve(FILE),
                "program " + program + "\noutput " + output + "\nbatch " + batchTime + "\n"
                        + (identity.isEmpty() ? "" : "checkpoint " + identity + "\n"));
    }
}
