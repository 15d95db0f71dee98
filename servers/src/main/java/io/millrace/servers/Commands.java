// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs programs of the operating system. */
final class Commands {
    /** Ends the server when standard input does, which the system sees to when the parent dies in whatever way. */
    private static final String TETHERED =
            "trap '' INT; signal=$1; shift; \"$@\" </dev/null & pid=$!; cat >/dev/null; kill -$signal $pid; wait $pid";

    private Commands() {}

    /**
     * Runs a command to its end.
     *
     * @return what it printed
     * @throws IOException with what it printed, if it fails
     */
    static String run(Path directory, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("'" + String.join(" ", command) + "' ended with " + code + ": " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running '" + String.join(" ", command) + "'", e);
        }
    }

    /**
     * Starts a server that gets a signal when its standard input is closed: by us, or by the system when we end in
     * whatever way.
     */
    static Process serve(Path directory, Path log, String signal, List<String> command) throws IOException {
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", TETHERED, "sh", signal));
        line.addAll(command);
        return new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
