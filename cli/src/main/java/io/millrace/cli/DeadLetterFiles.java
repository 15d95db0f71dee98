// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Parameters;

/** Which files of dead letters a command is about. */
final class DeadLetterFiles {
    private static final int PROGRAMS = 2;

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "A program's directory of dead letters, the one above it, or a file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path place;

    /** The files, oldest batch first. */
    List<Path> files() {
        if (!Files.exists(place)) {
            throw new MillraceException(ErrorCode.USER_CONFIG, "there is no '" + place + "'");
        }
        try (Stream<Path> found = Files.walk(place, PROGRAMS)) {
            return found.filter(file -> file.toString().endsWith(DeadLetterFile.SUFFIX) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(place, e);
        }
    }

    /** What a file holds. */
    static List<DeadLetter> letters(Path file) {
        try {
            return DeadLetterFile.read(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static MillraceException unreadable(Path file, IOException e) {
        return new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "'" + file + "' cannot be read: " + e, e);
    }
}
