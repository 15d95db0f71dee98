// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ProviderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The drop-in plugins of a directory: every {@code *.zip} and {@code *.jar} in it is one; or one of those alone. What a plugin must be is said in
 * {@code docs/spec/plugin-packaging.md}.
 */
public final class PluginDirectory implements ProviderSource {
    /** Called by {@link java.util.ServiceLoader}. */
    public PluginDirectory() {}

    /**
     * Loads the plugins.
     *
     * @throws MillraceException of code {@link ErrorCode#USER_CONFIG} if the directory is not there or cannot be read, of
     *     code {@link ErrorCode#PLUGIN} if two files are the same plugin
     */
    @Override
    public Session open(Options options) {
        Path directory = options.plugins();
        return directory == null ? new DropIns() : DropIns.load(directory, files(directory));
    }

    private static List<Path> files(Path directory) {
        if (!Files.exists(directory)) {
            throw unusable(directory, "does not exist; create it, or name the one that holds the plugins", null);
        }
        if (Files.isRegularFile(directory) && isBundle(directory)) {
            return List.of(directory);
        }
        if (!Files.isDirectory(directory)) {
            throw unusable(directory, "is not a directory; name the directory that holds the plugins", null);
        }
        refuseOpenToAll(directory);
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(PluginDirectory::isBundle).sorted().toList();
        } catch (IOException e) {
            throw unusable(directory, "cannot be read (" + e + "); check its permissions", e);
        }
    }

    private static void refuseOpenToAll(Path directory) {
        try {
            String open = Permissions.openToAll(directory);
            if (!open.isEmpty()) {
                throw unusable(
                        directory,
                        "is not safe: " + open + ", and could add code to the program; 'chmod o-w' it if all in it is"
                                + " yours",
                        null);
            }
        } catch (IOException e) {
            throw unusable(directory, "cannot be read (" + e + "); check its permissions", e);
        }
    }

    private static boolean isBundle(Path file) {
        String name = file.getFileName().toString();
        return (name.endsWith(".zip") || name.endsWith(".jar")) && !name.startsWith(".") && !Files.isDirectory(file);
    }

    private static MillraceException unusable(Path directory, String why, @Nullable Throwable cause) {
        return new MillraceException(
                ErrorCode.USER_CONFIG, "plugins directory '" + directory.toAbsolutePath() + "' " + why, cause);
    }
}
