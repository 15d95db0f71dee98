// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code millrace} command itself: global options, and where the subcommands hang. */
@Command(
        name = "millrace",
        description = "Runs and looks after Millrace, a micro-batch stream engine for the JVM.",
        subcommands = {
            DemoCommand.class,
            DemoEngineCommand.class,
            PluginsCommand.class,
            StopCommand.class,
            CheckpointCommand.class,
            PositionsCommand.class,
            DeadLettersCommand.class,
            TckCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 done, 1 what the demo or tck verified is not right, 2 wrong usage or",
            "configuration, 3 the program's own code failed, 4 a plugin is missing or broken, 5 a",
            "broker or disk failed, 6 damaged data, 7 replaced by another process, 70 a defect of",
            "Millrace."
        })
public final class Main implements Runnable {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error, not only its message.")
    private boolean debug;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(writer(System.out, "stdout.encoding"), writer(System.err, "stderr.encoding"), arguments));
    }

    /** Writes in the charset that the stream has; Java 17 knows only the one of the system. */
    private static PrintWriter writer(PrintStream stream, String property) {
        String charset = System.getProperty(property, System.getProperty("native.encoding", "UTF-8"));
        return new PrintWriter(stream, true, Charset.forName(charset));
    }

    /** Runs the command and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        line.setOut(new LinePrinter(out));
        line.setErr(new LinePrinter(err));
        line.setUsageHelpWidth(80);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(new Errors());
        line.setExecutionExceptionHandler(new Errors());
        return line.execute(arguments);
    }

    /** Whether stack traces are wanted. */
    boolean debug() {
        return debug;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }
}
