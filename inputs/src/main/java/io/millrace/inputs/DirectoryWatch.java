// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.PlainText;
import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
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
    private final boolean followLinks;
    private final Faults faults = new Faults();
    private final Map<String, Path> places = new ConcurrentHashMap<>();
    private final Map<String, FoundFile> waiting = new ConcurrentHashMap<>();
    private Map<String, Sight> sights = new HashMap<>();

    /** A file as it was seen last. */
    private static final class Sight {
        final String name;
        final long size;
        final long modifiedNanos;
        final long sinceNanos;

        @Nullable
        FileId id;

        boolean growthTold;

        Sight(Path path, BasicFileAttributes attributes, long now) {
            this.name = FileId.name(path);
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
            boolean followLinks,
            RecordFormat format,
            GoneFiles gone) {
        this.directory = directory;
        this.pattern = pattern;
        this.settle = settle;
        this.followLinks = followLinks;
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
            FileId id;
            try {
                id = FileId.of(file.getKey(), attributes);
            } catch (IOException e) {
                LOG.debug("{} cannot be read, and is there all the same: {}", shown(file.getKey()), shown(e));
                id = FileId.unread(file.getKey(), attributes);
            }
            files.add(new FoundFile(id, attributes.lastModifiedTime(), attributes.size(), List.of()));
        }
        return files;
    }

    /** These were read, or begun, before this process looked. */
    void expect(Set<String> partitions) {
        gone.expect(partitions, clock.nanos());
    }

    /** What is wrong with files that are not read for it, or with the directory; empty if nothing is. */
    Optional<String> trouble() {
        return faults.told();
    }

    /** The directory could not be looked at. */
    void failed(Throwable cause) {
        faults.failed("the directory '" + directory + "'", cause, clock.nanos());
    }

    /** Looks for files that are new and complete. What is wrong with one of them is kept to it. */
    void scan(KnownFiles known) throws IOException {
        Map<String, Sight> now = new HashMap<>();
        faults.begin();
        for (Map.Entry<Path, BasicFileAttributes> file : list().entrySet()) {
            Path path = file.getKey();
            String key = FileId.key(path, file.getValue());
            Sight before = sights.get(key);
            try {
                if (faults.waits(path.toString(), clock.nanos())) {
                    now.put(key, before == null ? new Sight(path, file.getValue(), clock.nanos()) : before);
                } else {
                    now.put(key, look(path, file.getValue(), before, known));
                }
            } catch (NoSuchFileException e) {
                LOG.debug("{} went away while it was looked at", shown(path));
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                faults.failed(path.toString(), e, clock.nanos());
                now.put(key, before == null ? new Sight(path, file.getValue(), clock.nanos()) : before);
            }
        }
        faults.end();
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

    private Sight look(Path path, BasicFileAttributes attributes, @Nullable Sight before, KnownFiles known)
            throws IOException {
        Sight sight = new Sight(path, attributes, clock.nanos());
        if (before != null && before.unchanged(sight)) {
            FileId id = before.id;
            if (id != null) {
                places.put(id.partition(), path);
            } else if (sight.size > 0 && clock.nanos() - before.sinceNanos >= settle.toNanos()) {
                before.id = take(path, attributes, known);
            }
            return before;
        }
        if (before != null
                && before.id != null
                && before.name.equals(sight.name)
                && sight.size >= before.size
                && before.id.begins(path, attributes)) {
            places.put(before.id.partition(), path);
            sight.id = before.id;
            sight.growthTold = before.growthTold;
            if (sight.size > before.size && !sight.growthTold) {
                sight.growthTold = true;
                grown.increment();
                LOG.warn(
                        "File '{}' grew after it was taken: what was added is not read; move complete files in, or raise"
                                + " the setting 'settle' ({} ms)",
                        shown(path),
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
    private FileId take(Path path, BasicFileAttributes attributes, KnownFiles known) throws IOException {
        Optional<FileId> before = known.find(path, attributes);
        FileId id = before.isPresent() ? before.get() : FileId.of(path, attributes);
        if (known.readToItsEnd(id)) {
            places.put(id.partition(), path);
            return id;
        }
        try (FileChannel channel = FileId.open(path, followLinks)) {
            FoundFile file = new FoundFile(
                    id, attributes.lastModifiedTime(), attributes.size(), format.splits(channel, attributes.size()));
            long left = attributes.size()
                    - file.splits().get(file.splits().size() - 1).offset();
            if (left > 0) {
                LOG.warn(
                        "File '{}' ends within a record: its last {} bytes are not read (record-length = {})",
                        shown(path),
                        left,
                        format.recordLength());
            }
            places.put(id.partition(), path);
            waiting.put(id.partition(), file);
        }
        if (before.isEmpty()) {
            found.increment();
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
        Path place = places.get(id.partition());
        if (place != null && isAt(id, place, true)) {
            return place;
        }
        Set<Path> there = list().keySet(); // a name that was given to the file elsewhere may be no path here
        for (boolean strictly : new boolean[] {true, false}) {
            for (Path path : there) {
                if (isAt(id, path, strictly)) {
                    places.put(id.partition(), path);
                    return path;
                }
            }
        }
        throw new NoSuchFileException(
                id.name(),
                null,
                "it is no longer in '" + directory + "', and a batch that is not committed reads it: move it back");
    }

    private boolean isAt(FileId id, Path path, boolean strictly) {
        try {
            Optional<BasicFileAttributes> attributes = attributes(path);
            return attributes.isPresent()
                    && (strictly ? id.is(path, attributes.get(), -1) : id.mayBe(path, attributes.get()));
        } catch (IOException e) {
            LOG.debug("{} cannot be read, and is taken for another file: {}", shown(path), shown(e));
            return false;
        }
    }

    private Map<Path, BasicFileAttributes> list() throws IOException {
        Map<Path, BasicFileAttributes> files = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                Path name = path.getFileName();
                if (!name.toString().startsWith(".") && pattern.matches(name)) {
                    sight(path).ifPresent(one -> files.put(path, one));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new IOException("the directory '" + directory + "' cannot be read: " + e.getCause(), e);
        }
        return files;
    }

    /** The attributes of what can be read; empty for what is no file, or cannot be looked at. */
    private Optional<BasicFileAttributes> sight(Path path) {
        try {
            Optional<BasicFileAttributes> attributes = attributes(path);
            if (attributes.isPresent() && attributes.get().isSymbolicLink()) {
                throw new IOException("it is a link, and links are not followed unless 'follow-links' is set");
            }
            return attributes.filter(BasicFileAttributes::isRegularFile);
        } catch (IOException e) {
            faults.failed(path.toString(), e, clock.nanos());
            return Optional.empty();
        }
    }

    private Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(
                    followLinks
                            ? Files.readAttributes(path, BasicFileAttributes.class)
                            : Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A name, or what was thrown, for a line of the log. */
    private static String shown(Object named) {
        return PlainText.of(named.toString());
    }

    /** Opens a file that was {@linkplain #locate located}. */
    FileChannel open(Path path) throws IOException {
        return FileId.open(path, followLinks);
    }
}
