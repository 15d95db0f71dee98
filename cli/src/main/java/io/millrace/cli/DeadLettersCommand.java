// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import picocli.CommandLine.Command;

/** {@code millrace dead-letters}: what batches did without. */
@Command(
        name = "dead-letters",
        description = "Shows the records that batches did without. The program may be running.",
        subcommands = {DeadLettersListCommand.class, DeadLettersShowCommand.class})
final class DeadLettersCommand extends Subcommand implements Runnable {
    @Override
    public void run() {
        throw misuse("no command given: try 'millrace dead-letters list DIR'");
    }
}
