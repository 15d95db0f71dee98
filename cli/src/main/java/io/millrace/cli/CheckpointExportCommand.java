// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace checkpoint export}: all of it in one file, for any log store. */
@Command(
        name = "export",
        description = {
            "Writes all that the program would start from into one file, which depends on no log store.",
            "The program may run; what it does meanwhile is not in the file."
        })
final class CheckpointExportCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointLocation location;

    @Parameters(index = "1", paramLabel = "FILE", description = "The savepoint; must not exist.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
            names = "--plain",
            description = "Do not encrypt the file, although 'encryption.' settings are given to read the checkpoint.")
    private boolean plain;

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = location.open()) {
            checkpoint.export(file, plain);
        }
        out().println("exported: " + file);
        return 0;
    }
}
