// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.source.Position;
import io.millrace.core.checkpoint.CheckpointEditor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace positions set}: a deliberate move, recorded as a fact. */
@Command(
        name = "set",
        description = {
            "Makes an input go on elsewhere. The program must be stopped.",
            "Records are skipped or read again; what was committed from them stays."
        })
final class PositionsSetCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointLocation location;

    @Option(names = "--input", required = true, paramLabel = "NAME", description = "The input's name.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String input;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PARTITION=NEXT",
            description = "The number of the next record to read, by source partition.")
    private Map<String, Long> positions = new LinkedHashMap<>();

    @Option(
            names = "--takeover",
            description = "The program is dead though it was not stopped gracefully. On HDFS and S3; fences it.")
    private boolean takeOver;

    @Override
    public Integer call() {
        Map<String, Position> moved = new LinkedHashMap<>();
        positions.forEach((partition, next) -> {
            if (next < 0) {
                throw misuse("position " + partition + "=" + next + " is not usable: give 0 or more");
            }
            moved.put(partition, Position.of(next));
        });
        try (CheckpointEditor editor = location.edit(takeOver)) {
            Map<String, Position> before = editor.setPositions(input, moved);
            moved.forEach((partition, position) -> out().println(String.format(
                    Locale.ROOT,
                    "%-24s %-24s %s, was %s",
                    input,
                    partition,
                    position,
                    before.containsKey(partition) ? before.get(partition) : "not known")));
        }
        return 0;
    }
}
