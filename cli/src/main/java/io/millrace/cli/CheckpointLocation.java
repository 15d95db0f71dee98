// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointEditor;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where a checkpoint is, and how its store is reached. */
final class CheckpointLocation {
    @Parameters(
            index = "0",
            paramLabel = "LOCATION",
            description = "A directory, or a URI as the program gives it to checkpoint(...).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String location;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the log store, without 'wal.', or of encryption. Can be given several times.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "More such settings, in a file of Java properties: for secrets, which --set would show to every"
                            + " user of this machine. What --set says rules over it.")
    private @Nullable Path config;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Directory of drop-in plugins. Default: plugins/ of this installation.")
    private @Nullable Path plugins;

    Checkpoint open() {
        return Checkpoint.open(uri(), settings(), plugins());
    }

    private Map<String, String> settings() {
        return SettingsFile.with(config, set);
    }

    private @Nullable Path plugins() {
        Path directory = plugins != null ? plugins : Installation.current().plugins();
        return Files.isDirectory(directory) ? directory : null;
    }

    /** Opens it to change it; {@code takeOver} fences a program that may be running. Refused if there is none. */
    CheckpointEditor edit(boolean takeOver) {
        return CheckpointEditor.openExisting(uri(), settings(), plugins(), takeOver);
    }

    /** Opens it to fill it, and makes it if there is none. */
    CheckpointEditor make() {
        return CheckpointEditor.open(uri(), settings(), plugins(), false);
    }

    URI uri() {
        try {
            URI uri = new URI(location);
            if (uri.getScheme() != null && uri.getScheme().length() > 1) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // then it is a path
        }
        return Path.of(location).toAbsolutePath().toUri();
    }
}
