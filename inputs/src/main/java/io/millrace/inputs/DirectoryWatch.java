// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the files of a directory: which are new and complete, and where one is now. {@link #scan} is for one thread; the
 * other methods are for any.
 */
final class DirectoryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);
    private static final Comparator<FoundFile> OLDEST_FIRST = Comparator.comparing(FoundFile::modified)
            .thenComparing(file -> file.id().name());

    private final Path directory;
    private final PathMatcher pattern;
    private final Duration settle;
    private final RecordFormat format;
    private final StreamClock clock;
    private final Metrics.Counter found;
    private final Metrics.Counter grown;
    private final GoneFiles gone;
    private final Map<String, Path> places = new ConcurrentHashMap<>();
    private final Map<String, FoundFile> waiting = new ConcurrentHashMap<>();
    private Map<String, Sight> sights = new HashMap<>();

    /** A file as it was seen last. */
    private static final class Sight {
        final long size;
        final long modifiedNanos;
        final long sinceNanos;

        @Nullable
        FileId id;

        boolean growthTold;

        Sight(BasicFileAttributes attributes, long now) {
            this.size = attributes.size();
            this.modifiedNanos = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
            this.sinceNanos = now;
        }

        boolean unchanged(Sight other) {
            return size == other.size && modifiedNanos == other.modifiedNanos;
        }
    }

    DirectoryWatch(
            PluginContext context,
            Path directory,
            PathMatcher pattern,
            Duration settle,
            RecordFormat format,
            GoneFiles gone) {
        this.directory = directory;
        this.pattern = pattern;
        this.settle = settle;
        this.format = format;
        this.gone = gone;
        this.clock = context.clock();
        this.found = context.metrics().counter("millrace.files.found");
        this.grown = context.metrics().counter("millrace.files.grown");
    }

    /** The files that are there now, whether they are complete or not. */
    List<FoundFile> all() throws IOException {
        List<FoundFile> files = new ArrayList<>();
        for (Map.Entry<Path, BasicFileAttributes> file : list().entrySet()) {
            BasicFileAttributes attributes = file.getValue();
            files.add(new FoundFile(
                    FileId.of(file.getKey(), attributes), attributes.lastModifiedTime(), attributes.size(), List.of()));
        }
        return files;
    }

    /** These were read, or begun, before this process looked. */
    void expect(Set<String> partitions) {
        gone.expect(partitions, clock.nanos());
    }

    /** Looks for files that are new and complete. {@code known} are those that were seen before this process began. */
    void scan(Map<String, List<FileId>> known) throws IOException {
        Map<String, Sight> now = new HashMap<>();
        for (Map.Entry<Path, BasicFileAttributes> file : list().entrySet()) {
            try {
                Path path = file.getKey();
                String key = FileId.key(String.valueOf(path.getFileName()), file.getValue());
                now.put(key, look(path, file.getValue(), sights.get(key), known.getOrDefault(key, List.of())));
            } catch (NoSuchFileException e) {
                LOG.debug("{} went away while it was looked at", file.getKey());
            }
        }
        sights = now;
        Set<String> there = new HashSet<>();
        for (Sight sight : now.values()) {
            if (sight.id != null) {
                there.add(sight.id.partition());
            }
        }
        places.keySet().retainAll(there);
        gone.seen(there, clock.nanos());
    }

    private Sight look(Path path, BasicFileAttributes attributes, @Nullable Sight before, List<FileId> known)
            throws IOException {
        Sight sight = new Sight(attributes, clock.nanos());
        if (before != null && before.unchanged(sight)) {
            FileId id = before.id;
            if (id != null) {
                places.put(id.partition(), path);
            } else if (sight.size > 0 && clock.nanos() - before.sinceNanos >= settle.toNanos()) {
                before.id = take(path, attributes, known);
            }
            return before;
        }
        if (before != null && before.id != null && before.id.is(path, attributes)) {
            places.put(before.id.partition(), path);
            sight.id = before.id;
            sight.growthTold = before.growthTold;
            if (sight.size > before.size && !sight.growthTold) {
                sight.growthTold = true;
                grown.increment();
                LOG.warn(
                        "File '{}' grew after it was taken: what was added is not read; move complete files in, or raise"
                                + " the setting 'settle' ({} ms)",
                        path,
                        settle.toMillis());
            }
            return sight;
        }
        if (settle.isZero() && sight.size > 0) {
            sight.id = take(path, attributes, known);
        }
        return sight;
    }

    /** Takes a file that is complete: one that was known before, or a new one. */
    private FileId take(Path path, BasicFileAttributes attributes, List<FileId> known) throws IOException {
        FileId id = null;
        for (FileId one : known) {
            id = one.is(path, attributes) ? one : id;
        }
        if (id == null) {
            id = FileId.of(path, attributes);
            found.increment();
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            FoundFile file = new FoundFile(
                    id, attributes.lastModifiedTime(), attributes.size(), format.splits(channel, attributes.size()));
            long left = attributes.size()
                    - file.splits().get(file.splits().size() - 1).offset();
            if (left > 0) {
                LOG.warn(
                        "File '{}' ends within a record: its last {} bytes are not read (record-length = {})",
                        path,
                        left,
                        format.recordLength());
            }
            places.put(id.partition(), path);
            waiting.put(id.partition(), file);
        }
        return id;
    }

    /** The files that were found and not {@linkplain #finished finished}, oldest first. */
    List<FoundFile> waiting() {
        return waiting.values().stream().sorted(OLDEST_FIRST).toList();
    }

    /** Forgets a file whose end is planned. */
    void finished(String partition) {
        waiting.remove(partition);
    }

    /** Where a file is now. */
    Path locate(FileId id) throws IOException {
        Path place = places.getOrDefault(id.partition(), directory.resolve(id.name()));
        if (isAt(id, place)) {
            return place;
        }
        for (Path path : list().keySet()) {
            if (isAt(id, path)) {
                places.put(id.partition(), path);
                return path;
            }
        }
        throw new NoSuchFileException(
                id.name(),
                null,
                "it is no longer in '" + directory + "', and a batch that is not committed reads it: move it back");
    }

    private static boolean isAt(FileId id, Path path) throws IOException {
        try {
            return id.is(path, Files.readAttributes(path, BasicFileAttributes.class));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Map<Path, BasicFileAttributes> list() throws IOException {
        Map<Path, BasicFileAttributes> files = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                Path name = path.getFileName();
                if (!name.toString().startsWith(".") && pattern.matches(name)) {
                    attributes(path).filter(BasicFileAttributes::isRegularFile).ifPresent(one -> files.put(path, one));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new IOException("the directory '" + directory + "' cannot be read: " + e.getCause(), e);
        }
        return files;
    }

    private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
