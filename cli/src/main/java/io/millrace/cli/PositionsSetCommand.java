// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.source.Position;
import io.millrace.core.checkpoint.CheckpointEditor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

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
            converter = Move.Converter.class,
            description = {
                "The number of the next record to read, by source partition.",
                "What follows the last '=' is the number: a partition may have others in its name, as those of files do."
            })
    private List<Move> moves = new ArrayList<>();

    @Option(
            names = "--takeover",
            description = "The program is dead though it was not stopped gracefully. On HDFS and S3; fences it.")
    private boolean takeOver;

    @Override
    public Integer call() {
        Map<String, Position> moved = new LinkedHashMap<>();
        moves.forEach(move -> {
            if (move.next() < 0) {
                throw misuse("position " + move.partition() + "=" + move.next() + " is not usable: give 0 or more");
            }
            moved.put(move.partition(), Position.of(move.next()));
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

    /** Where one partition goes on. */
    record Move(String partition, long next) {
        /** Reads what is given on the command line. */
        static final class Converter implements ITypeConverter<Move> {
            @Override
            public Move convert(String given) {
                int equals = given.lastIndexOf('=');
                if (equals < 1) {
                    throw new TypeConversionException("'" + given + "' is not PARTITION=NEXT");
                }
                String next = given.substring(equals + 1);
                try {
                    return new Move(given.substring(0, equals), Long.parseLong(next));
                } catch (NumberFormatException e) {
                    throw new TypeConversionException("'" + next + "' is not a long");
                }
            }
        }
    }
}
