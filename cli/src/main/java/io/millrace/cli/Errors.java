// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what was thrown into one line on standard error and an exit code; a stack trace only with {@code --debug}. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(ParameterException error, String[] arguments) {
        PrintWriter err = error.getCommandLine().getErr();
        err.println("millrace: " + oneLine(String.valueOf(error.getMessage())) + suggestions(error) + "; see '"
                + error.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
        if (List.of(arguments).contains("--debug")) {
            error.printStackTrace(err);
        }
        return ErrorCode.USER_CONFIG.exitCode();
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine line, ParseResult parsed) {
        PrintWriter err = line.getErr();
        boolean debug = line.getCommandSpec().root().userObject() instanceof Main main && main.debug();
        if (error instanceof MillraceException known) {
            err.println("millrace: " + known.getMessage());
            if (debug) {
                known.printStackTrace(err);
            }
            return known.code().exitCode();
        }
        err.println("millrace: unexpected " + error
                + (debug ? "" : "; this is a defect of Millrace, run again with --debug and report what it prints"));
        if (debug) {
            error.printStackTrace(err);
        }
        return ErrorCode.INTERNAL.exitCode();
    }

    private static String suggestions(ParameterException error) {
        List<String> known =
                error instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return known.isEmpty() ? "" : ", did you mean " + String.join(" or ", known) + "?";
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
