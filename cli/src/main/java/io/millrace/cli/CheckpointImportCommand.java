// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.CheckpointEditor;
import io.millrace.core.checkpoint.Savepoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace checkpoint import}: a checkpoint from a savepoint. */
@Command(
        name = "import",
        description = "Makes a checkpoint of a savepoint, at a place that has none, in any log store.")
final class CheckpointImportCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointLocation location;

    @Parameters(index = "1", paramLabel = "FILE", description = "The savepoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public Integer call() {
        Savepoint.about(file); // before anything is made
        try (CheckpointEditor editor = location.make()) {
            Savepoint.About about = editor.importFrom(file);
            out().println("imported: program " + about.program() + ", last batch " + about.lastCommitted());
        }
        return 0;
    }
}
