// SPDX-License-Identifier: Apache-2.0
package io.millrace.listener.eventlog;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A listener that appends every event to a file, one JSON object per line, in the order in which it was told. A line is
 * whole or not there; the file is handed to the operating system after each event, and not forced to disk: it is for
 * people and their tools, the ledger is the truth.
 *
 * @since 0.1
 */
public final class EventLog implements StreamingListener, AutoCloseable {
    private final EventJson json;
    private final RollingFile file;

    private EventLog(EventJson json, RollingFile file) {
        this.json = json;
        this.file = file;
    }

    /**
     * Opens a log, creating its folder if it is missing, and appends to what is there.
     *
     * @param program the program's id, named on each line
     * @param path the file
     * @param maxSize how many bytes it has at most before it is renamed to {@code <path>.1} and a new one begun
     * @param keep how many renamed files are kept
     * @throws MillraceException if the file cannot be opened, saying why
     */
    public static EventLog open(String program, Path path, long maxSize, int keep) {
        try {
            return new EventLog(new EventJson(program), new RollingFile(path.toAbsolutePath(), maxSize, keep));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the event log '" + path + "' cannot be opened (" + e + "): give listener.event-log.path a file in"
                            + " a folder that this user may write to",
                    e);
        }
    }

    @Override
    public void onEvent(StreamingEvent event) {
        try {
            file.append(json.line(event));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the event log '" + file + "' could not take an event: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
