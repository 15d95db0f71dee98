// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.context;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.ProgramComparison;
import io.millrace.core.encryption.EncryptionOptions;
import io.millrace.core.engine.EngineOptions;
import io.millrace.core.engine.PreparedOutputs;
import io.millrace.core.engine.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A start that only says what it would find. With the system property {@value #CHECKPOINT}, a program is declared as
 * always; where it would start, it is compared with the checkpoint that the property names, the report goes to the file
 * that {@value #REPORT} names, and the process ends: with 0 if the program can start there, with
 * {@value #IMPOSSIBLE} if not, with the exit code of damage if a sink says that it cannot have prepared what the checkpoint
 * says. Nothing is claimed or written, no input is opened. {@code millrace checkpoint verify
 * --against} runs a program so.
 */
final class Rehearsal {
    static final String CHECKPOINT = "millrace.rehearse.checkpoint";
    static final String REPORT = "millrace.rehearse.report";
    static final int IMPOSSIBLE = 2;

    private Rehearsal() {}

    /** Whether this process is to rehearse. */
    static boolean asked() {
        return System.getProperty(CHECKPOINT) != null;
    }

    /** Compares, writes the report, and ends the process. */
    static void run(Program program, @Nullable Path plugins) {
        Path report = Path.of(System.getProperty(REPORT, "rehearsal.txt"));
        int exit;
        Map<String, String> settings = new TreeMap<>(program.below("wal."));
        settings.putAll(EncryptionOptions.given(program.settings()));
        try (Checkpoint checkpoint =
                Checkpoint.open(URI.create(System.getProperty(CHECKPOINT, "")), settings, plugins, program.given())) {
            ProgramComparison.Prepared prepared = PreparedOutputs.check(program, checkpoint, plugins);
            ProgramComparison.Report found = ProgramComparison.of(
                    checkpoint,
                    program.id(),
                    program.interval(),
                    program.graph(),
                    program.settings().get(EngineOptions.START_ACCEPT_LOST_STATE),
                    prepared);
            Files.write(report, found.lines());
            if (prepared.damaged()) {
                exit = ErrorCode.CORRUPT_DATA.exitCode();
            } else {
                exit = found.possible() ? 0 : IMPOSSIBLE;
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "the report '" + report + "' cannot be written: " + e.getMessage(), e);
        }
        Runtime.getRuntime().halt(exit);
    }
}
