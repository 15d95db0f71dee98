// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import picocli.CommandLine.Command;

/** {@code millrace checkpoint}: what a program has on durable storage. */
@Command(
        name = "checkpoint",
        description = "Shows and checks what a program has on durable storage. The program may be running.",
        subcommands = {CheckpointShowCommand.class, CheckpointVerifyCommand.class})
final class CheckpointCommand extends Subcommand implements Runnable {
    @Override
    public void run() {
        throw misuse("no command given: try 'millrace checkpoint show LOCATION'");
    }
}
