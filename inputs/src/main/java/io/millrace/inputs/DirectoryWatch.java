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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the files of a directory: which are new and complete, and where one is now. {@link #scan} is for one thread; the
 * other methods are for any.
 *
 * <p>What a scan costs follows what is new. The directory is listed when its time changed. Each scan looks at names that were not
 * there before and at files that are not taken yet. All others take turns, since their contents may change, or another file may
 * take the name of one, and no listing shows that.
 */
final class DirectoryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);
    private static final Comparator<FoundFile> OLDEST_FIRST = Comparator.comparing(FoundFile::modified)
            .thenComparing(file -> file.id().name());

    private static final String NO_FILE = "";

    /** So long a file without content is looked at with each scan; later it takes turns with the others. */
    private static final long EMPTY_EAGERLY = Duration.ofSeconds(10).toNanos();

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
    private final ListingTimes listings = new ListingTimes();
    private final Rounds rounds = new Rounds();
    private final Map<Path, String> names = new LinkedHashMap<>();
    private final Map<String, Sight> sights = new HashMap<>();
    private final Map<String, Sight> left = new LinkedHashMap<>();
    private final Set<Path> eager = new LinkedHashSet<>();
    private final LongAdder looks = new LongAdder();

    /** A file as it was seen last. */
    private static final class Sight {
        final long size;
        final long modifiedNanos;
        final long sinceNanos;

        /** Where it was seen last. */
        Path path;

        @Nullable
        FileId id;

        boolean growthTold;

        /** When no name led to it any more. */
        long leftNanos;

        Sight(Path path, BasicFileAttributes attributes, long now) {
            this.path = path;
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
        for (Path path : list()) {
            try {
                attributes(path)
                        .filter(BasicFileAttributes::isRegularFile)
                        .ifPresent(attributes -> files.add(asItIs(path, attributes)));
            } catch (IOException e) {
                LOG.debug("{} cannot be looked at: {}", shown(path), shown(e));
            }
        }
        return files;
    }

    private static FoundFile asItIs(Path path, BasicFileAttributes attributes) {
        FileId id;
        try {
            id = FileId.of(path, attributes);
        } catch (IOException e) {
            LOG.debug("{} cannot be read, and is there all the same: {}", shown(path), shown(e));
            id = FileId.unread(path, attributes);
        }
        return new FoundFile(id, attributes.lastModifiedTime(), attributes.size(), List.of());
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
        faults.failed(directory, cause, clock.nanos());
    }

    /** How often a file was looked at. */
    long looks() {
        return looks.sum();
    }

    /** Looks for files that are new and complete. What is wrong with one of them is kept to it. */
    void scan(KnownFiles known) throws IOException {
        long now = clock.nanos();
        Set<Path> looked = new HashSet<>();
        if (listings.isDue(Files.getLastModifiedTime(directory), now)) {
            relist(known, looked);
        }
        for (Path path : List.copyOf(eager)) {
            if (looked.add(path)) {
                look(path, known);
            }
        }
        long most = rounds.most(clock.nanos());
        for (long i = 0; i < most && (i == 0 || !rounds.isLate(clock.nanos())); i++) {
            Path path = rounds.next(names.keySet());
            if (path == null) {
                break;
            }
            if (names.containsKey(path) && looked.add(path)) {
                look(path, known);
            }
        }
        forgetOld(now);
        gone.passed(now);
        faults.right(directory);
    }

    private void relist(KnownFiles known, Set<Path> looked) throws IOException {
        long begun = clock.nanos();
        Set<Path> there = list();
        long ended = clock.nanos();
        boolean changed = false;
        for (Path path : there) { // before any is given up: a file that was renamed is found under its new name
            if (!names.containsKey(path)) {
                changed = true;
                looked.add(path);
                look(path, known);
            }
        }
        for (Path path : List.copyOf(names.keySet())) {
            if (!there.contains(path)) {
                changed = true;
                eager.remove(path);
                faults.right(path);
                leave(path, names.remove(path));
            }
        }
        if (listings.listed(begun, ended, Files.getLastModifiedTime(directory), changed)) {
            rounds.hurry(names.size());
        }
    }

    /** A name leads to a file no more. */
    private void leave(Path path, @Nullable String key) {
        Sight sight = key == null ? null : sights.get(key);
        if (key == null || sight == null || !sight.path.equals(path)) {
            return; // it is seen under another name
        }
        sights.remove(key);
        FileId id = sight.id;
        if (id != null) {
            places.remove(id.partition());
            gone.left(id.partition(), clock.nanos());
            sight.leftNanos = clock.nanos();
            left.put(key, sight);
        }
    }

    /** Those that left so long ago that the ledger has forgotten them. */
    private void forgetOld(long now) {
        Iterator<Sight> oldest = left.values().iterator();
        while (oldest.hasNext() && now - oldest.next().leftNanos > gone.afterNanos()) {
            oldest.remove();
        }
    }

    private void look(Path path, KnownFiles known) {
        names.putIfAbsent(path, NO_FILE);
        if (faults.waits(path, clock.nanos())) {
            return;
        }
        Optional<BasicFileAttributes> found;
        try {
            found = attributes(path);
            if (found.isPresent() && found.get().isSymbolicLink()) {
                leave(path, names.put(path, NO_FILE));
                throw new IOException("it is a link, and links are not followed unless 'follow-links' is set");
            }
        } catch (IOException e) {
            faults.failed(path, e, clock.nanos());
            eager.add(path);
            return;
        }
        if (found.isEmpty()) {
            eager.remove(path); // the next listing says what became of it
            return;
        }
        BasicFileAttributes attributes = found.get();
        if (attributes.isRegularFile()) {
            look(path, attributes, known);
        } else {
            leave(path, names.put(path, NO_FILE));
            eager.remove(path);
            faults.right(path);
        }
    }

    private void look(Path path, BasicFileAttributes attributes, KnownFiles known) {
        String key = FileId.key(path, attributes);
        String other = names.put(path, key);
        if (!key.equals(other)) {
            leave(path, other);
        }
        long now = clock.nanos();
        Sight before = sights.get(key);
        if (before == null) {
            Sight absent = left.remove(key);
            before = absent != null && absent.unchanged(new Sight(path, attributes, now)) ? absent : null;
        }
        Sight seen = before == null ? new Sight(path, attributes, now) : before;
        try {
            seen = look(path, attributes, before, known);
            faults.right(path);
        } catch (NoSuchFileException e) {
            LOG.debug("{} went away while it was looked at", shown(path));
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            faults.failed(path, e, now);
        }
        seen.path = path;
        sights.put(key, seen);
        if (seen.id != null) {
            eager.remove(path);
            gone.present(seen.id.partition());
        } else if (seen.size > 0 || now - seen.sinceNanos < EMPTY_EAGERLY) {
            eager.add(path);
        } else {
            eager.remove(path);
        }
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
                && before.path.equals(path)
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
        Set<Path> there = list(); // a name that was given to the file elsewhere may be no path here
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

    /** The names that are in the directory, and match. */
    private Set<Path> list() throws IOException {
        Set<Path> there = new LinkedHashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                Path name = path.getFileName();
                if (!name.toString().startsWith(".") && pattern.matches(name)) {
                    there.add(path);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new IOException("the directory '" + directory + "' cannot be read: " + e.getCause(), e);
        }
        return there;
    }

    private Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        looks.increment();
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
