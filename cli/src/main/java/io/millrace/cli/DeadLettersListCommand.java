// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.DeadLetter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace dead-letters list}: a line for each batch, and what it did without by operator. */
@Command(name = "list", description = "Lists the batches that did without records, and where those failed.")
final class DeadLettersListCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private DeadLetterFiles place;

    @Override
    public Integer call() {
        PrintWriter out = out();
        List<Path> files = place.files();
        if (files.isEmpty()) {
            out.println("no dead letters");
        }
        for (Path file : files) {
            List<DeadLetter> letters = DeadLetterFiles.letters(file);
            String batch = letters.stream()
                    .findFirst()
                    .map(letter -> letter.programId() + " " + letter.batchTime())
                    .orElse("nothing");
            out.println(batch + "  " + letters.size() + (letters.size() == 1 ? " letter" : " letters"));
            out.println("  " + file);
            Map<String, Long> operators = letters.stream()
                    .collect(Collectors.groupingBy(
                            letter -> "'" + letter.operator() + "' at " + letter.declaredAt() + ": " + letter.error(),
                            TreeMap::new,
                            Collectors.counting()));
            operators.forEach(
                    (operator, count) -> out.println(String.format(Locale.ROOT, "  %6d %s", count, operator)));
        }
        return 0;
    }
}
