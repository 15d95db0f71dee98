// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What the program says to a {@link StopRequest} when it has stopped, in a file beside that of the request.
 *
 * @param stopped whether it has stopped; if not, the request was refused and the program goes on
 * @param complete whether everything that was received is processed, and the savepoint written
 * @param message what happened, in a sentence
 */
public record StopAnswer(boolean stopped, boolean complete, String message) {
    private static final String STOPPED = "stopped";
    private static final String COMPLETE = "complete";
    private static final String MESSAGE = "message";

    /** Where the answer to a request is. */
    public static Path fileOf(Path request) {
        return request.resolveSibling(request.getFileName() + ".answer");
    }

    void write(Path request) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(STOPPED, Boolean.toString(stopped));
        properties.put(COMPLETE, Boolean.toString(complete));
        properties.put(MESSAGE, message);
        PropertyFile.write(fileOf(request), properties);
    }

    /**
     * Reads an answer and removes its file; empty if there is none yet.
     *
     * @throws MillraceException if what is there is no file that a program wrote
     */
    public static Optional<StopAnswer> take(Path request) throws IOException {
        Path file = fileOf(request);
        if (!PropertyFile.exists(file)) {
            return Optional.empty();
        }
        Properties read;
        try {
            read = PropertyFile.read(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "the answer '" + file + "' is not one that a program gave: " + e.getMessage() + "; remove it",
                    e);
        }
        Files.deleteIfExists(file);
        return Optional.of(new StopAnswer(
                Boolean.parseBoolean(read.getProperty(STOPPED)),
                Boolean.parseBoolean(read.getProperty(COMPLETE)),
                read.getProperty(MESSAGE, "")));
    }
}
