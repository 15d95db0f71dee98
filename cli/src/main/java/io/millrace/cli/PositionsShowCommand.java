// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.Checkpoint;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace positions show}: by input and source partition. */
@Command(name = "show", description = "Shows where each input goes on. The program may run.")
final class PositionsShowCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointLocation location;

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = location.open()) {
            checkpoint
                    .summary()
                    .positions()
                    .forEach((stream, positions) -> positions.forEach((partition, position) ->
                            out().println(String.format(Locale.ROOT, "%-24s %-24s %s", stream, partition, position))));
        }
        return 0;
    }
}
