// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import picocli.CommandLine.Command;

/** {@code millrace positions}: where inputs go on. */
@Command(
        name = "positions",
        description = "Shows and moves the positions at which the inputs of a program go on.",
        subcommands = {PositionsShowCommand.class, PositionsSetCommand.class})
final class PositionsCommand extends Subcommand implements Runnable {
    @Override
    public void run() {
        throw misuse("no command given: try 'millrace positions show LOCATION'");
    }
}
