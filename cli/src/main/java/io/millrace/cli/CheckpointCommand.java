// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import picocli.CommandLine.Command;

/** {@code millrace checkpoint}: what a program has on durable storage. */
@Command(
        name = "checkpoint",
        description = "Shows, checks, copies and changes what a program has on durable storage.",
        subcommands = {
            CheckpointShowCommand.class,
            CheckpointVerifyCommand.class,
            CheckpointExportCommand.class,
            CheckpointImportCommand.class,
            CheckpointForgetCommand.class
        })
final class CheckpointCommand extends Subcommand implements Runnable {
    @Override
    public void run() {
        throw misuse("no command given: try 'millrace checkpoint show LOCATION'");
    }
}
