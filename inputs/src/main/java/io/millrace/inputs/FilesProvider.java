// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.regex.PatternSyntaxException;

/**
 * Provides the direct source {@code files}. A record's header {@code file} is the name of its file when it was taken; its
 * offset is where it begins there.
 *
 * @since 0.1
 */
public final class FilesProvider implements DirectSourceProvider {
    static final String NAME = "files";
    static final ConfigOption<String> DIRECTORY =
            ConfigOption.text("directory", "where files appear").asRequired();
    static final ConfigOption<String> PATTERN = ConfigOption.text(
                    "pattern", "which names, as a glob; those that begin with a dot never")
            .withDefault("*");
    static final ConfigOption<Start> START = ConfigOption.oneOf(
                    "start", Start.class, "whether the first start reads the files that are there (earliest) or not")
            .withDefault("latest");
    static final ConfigOption<Duration> SETTLE = ConfigOption.duration(
                    "settle", Duration.ZERO, "how long a file must be unchanged before it is taken")
            .withDefault("1s");
    static final ConfigOption<Duration> POLL = ConfigOption.duration(
                    "poll-interval", Duration.ofMillis(1), "how often the directory is looked at")
            .withDefault("200ms");
    static final ConfigOption<Duration> FORGET = ConfigOption.duration(
                    "forget-after",
                    Duration.ZERO,
                    "how long a file that was read must be gone from the directory before it is forgotten; one that comes"
                            + " back later is read again")
            .withDefault("1h");
    static final ConfigOption<Long> RECORD_LENGTH = ConfigOption.number(
            "record-length", 1, 64 << 20, "how many bytes each record has; records are lines if it is not set");
    static final ConfigOption<Boolean> DEAD_LETTERS = ConfigOption.flag(
                    "dead-letters", "whether the files are those of dead letters, and the records the letters")
            .withDefault("false");
    static final ConfigOption<Long> SPLIT_SIZE = ConfigOption.size(
                    "split-size", 16, 1L << 40, "how much of a file a task reads, about")
            .withDefault("32MiB");

    static final ConfigOption<Boolean> FOLLOW_LINKS = ConfigOption.flag(
                    "follow-links",
                    "whether symbolic links are read; whoever may write to the directory chooses where they lead")
            .withDefault("false");
    static final ConfigOption<Long> MAX_RECORD = ConfigOption.size(
                    "max-record",
                    1,
                    1L << 30,
                    "how long a line may be; a longer one is an element that fails, see records.on-error")
            .withDefault("8MiB");

    /** Called by {@link java.util.ServiceLoader}. */
    public FilesProvider() {}

    enum Start {
        EARLIEST,
        LATEST
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(
                DIRECTORY,
                PATTERN,
                START,
                SETTLE,
                POLL,
                FORGET,
                RECORD_LENGTH,
                DEAD_LETTERS,
                SPLIT_SIZE,
                FOLLOW_LINKS,
                MAX_RECORD);
    }

    @Override
    public DirectSource open(PluginContext context) {
        Settings settings = context.settings();
        Path directory = directory(settings);
        RecordFormat format = new RecordFormat(
                settings.get(DEAD_LETTERS),
                settings.find(RECORD_LENGTH).map(Math::toIntExact).orElse(0),
                settings.get(SPLIT_SIZE),
                settings.get(MAX_RECORD));
        GoneFiles gone = new GoneFiles(settings.get(FORGET));
        DirectoryWatch watch = new DirectoryWatch(
                context, directory, pattern(settings), settings.get(SETTLE), settings.get(FOLLOW_LINKS), format, gone);
        return new FilesSource(
                watch, gone, format, settings.get(START) == Start.LATEST, settings.get(POLL), context.threads());
    }

    private static Path directory(Settings settings) {
        String given = settings.get(DIRECTORY);
        Path directory;
        try {
            directory = Path.of(given);
        } catch (InvalidPathException e) {
            throw refused(settings, "directory '" + given + "' is no path: " + e.getReason());
        }
        if (!Files.exists(directory)) {
            throw refused(settings, "directory '" + given + "' does not exist: create it");
        } else if (!Files.isDirectory(directory)) {
            throw refused(settings, "'" + given + "' is no directory: give the one that the files appear in");
        } else if (!Files.isReadable(directory)) {
            throw refused(settings, "directory '" + given + "' may not be read by this user");
        }
        return directory;
    }

    private static PathMatcher pattern(Settings settings) {
        String glob = settings.get(PATTERN);
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw refused(settings, "pattern '" + glob + "' is no glob: " + e.getDescription());
        }
    }

    private static MillraceException refused(Settings settings, String problem) {
        return new MillraceException(ErrorCode.USER_CONFIG, settings.owner() + ": " + problem);
    }
}
