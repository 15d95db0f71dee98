// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.Checkpoint;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = location.open()) {
            Checkpoint.Verified verified = checkpoint.verify();
            out().println("verified: facts=" + verified.facts() + " state-entries=" + verified.stateEntries()
                    + " blocks=" + verified.blocks() + " bytes=" + verified.bytes());
        }
        return 0;
    }
}
