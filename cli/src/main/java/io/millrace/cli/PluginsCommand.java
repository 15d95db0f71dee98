// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import picocli.CommandLine.Command;

/** {@code millrace plugins}: what is known of plugins. */
@Command(name = "plugins", description = "Shows which plugins there are.", subcommands = PluginsListCommand.class)
final class PluginsCommand extends Subcommand implements Runnable {
    @Override
    public void run() {
        throw misuse("no command given: try 'millrace plugins list'");
    }
}
