// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.CheckpointEditor;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace checkpoint forget}: gives up states that no version of the program declares any more. */
@Command(
        name = "forget",
        description = {
            "Gives up states that no version of the program declares any more.",
            "The program must be stopped. What they hold cannot be brought back."
        })
final class CheckpointForgetCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointLocation location;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "STATE", description = "Names of states.")
    private List<String> states = List.of();

    @Option(
            names = "--takeover",
            description = "The program is dead though it was not stopped gracefully. On HDFS and S3; fences it.")
    private boolean takeOver;

    @Override
    public Integer call() {
        try (CheckpointEditor editor = location.edit(takeOver)) {
            editor.forgetStates(states);
        }
        states.forEach(name -> out().println("forgotten: " + name));
        return 0;
    }
}
