// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.Checkpoint;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace checkpoint verify}: reads all that the next start needs. */
@Command(
        name = "verify",
        description = {
            "Reads and checks everything that the next start of the program would need.",
            "Damage is named with its file and place on standard error; the exit code is then 6."
        })
final class CheckpointVerifyCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointLocation location;

    @Option(
            names = "--against",
            paramLabel = "JAR",
            description = {
                "Also says whether this program can start on the checkpoint, and what it takes over of each state and input.",
                "A jar that names its main class, or a class path; exit code 2 if it cannot start."
            })
    private @Nullable String against;

    @Option(names = "--main", paramLabel = "CLASS", description = "The program's main class.")
    private @Nullable String main;

    @Parameters(index = "1..*", paramLabel = "ARGUMENT", description = "Arguments of the program, after '--'.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = location.open()) {
            Checkpoint.Verified verified = checkpoint.verify();
            out().println("verified: facts=" + verified.facts() + " state-entries=" + verified.stateEntries()
                    + " blocks=" + verified.blocks() + " bytes=" + verified.bytes());
            if (against == null) {
                sayWhatWasNotChecked(checkpoint);
            }
            if (!verified.keys().isEmpty()) {
                out().println("encrypted with: " + String.join(", ", verified.keys()));
            }
        }
        return against == null ? 0 : new Rehearse(location.uri(), against, main, arguments).run(out());
    }

    /** What an output prepared is known to its sink, and which sink that is, only to the program. */
    private void sayWhatWasNotChecked(Checkpoint checkpoint) {
        checkpoint
                .unfinishedBatches()
                .forEach(
                        (output, count) -> out().println(
                                        "not checked: what output '" + output + "' prepared for " + count
                                                + " committed batches, which the next start makes visible; --against JAR asks its sink"));
    }
}
