// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks;

import io.millrace.benchmarks.batch.GrowthCommand;
import io.millrace.benchmarks.batch.StateCommand;
import io.millrace.benchmarks.batch.WindowCommand;
import io.millrace.benchmarks.compare.CompareCommand;
import io.millrace.benchmarks.fault.FaultsCommand;
import io.millrace.benchmarks.fault.RecoveryCommand;
import io.millrace.benchmarks.fault.StopsCommand;
import io.millrace.benchmarks.micro.BatchOverheadCommand;
import io.millrace.benchmarks.micro.HdfsLogCommand;
import io.millrace.benchmarks.micro.LocalLogCommand;
import io.millrace.benchmarks.micro.S3LogCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks. */
@Command(
        name = "benchmarks",
        description = "Measures Millrace and what it is held against.",
        mixinStandardHelpOptions = true,
        subcommands = {
            CompareCommand.class,
            StateCommand.class,
            WindowCommand.class,
            GrowthCommand.class,
            BatchOverheadCommand.class,
            LocalLogCommand.class,
            HdfsLogCommand.class,
            S3LogCommand.class,
            StopsCommand.class,
            FaultsCommand.class,
            RecoveryCommand.class,
            LoadCommand.class
        })
public final class Benchmarks {
    private Benchmarks() {}

    /** Runs a subcommand. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true);
    }
}
