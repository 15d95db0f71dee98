// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.api.StreamClock;
import io.millrace.core.wal.LogNames;
import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapabilities.Durability;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.wal.support.TailRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of one program in a directory of a local disk:
 *
 * <pre>
 * LOCK                        held while a process owns the logs
 * EPOCH-000001                the highest epoch claimed, and by whom
 * EPOCH                       says that there are files of epochs
 * data/LOG                    which log this is
 * data/LOG-000001             where it begins, and where the epoch found its end
 * data/seg-0000010000000000.wal   its segments: epoch (6 hex digits) and sequence number (10)
 * data/pre-0000010000000000.wal   files that will be segments, while a process owns the logs
 * </pre>
 *
 * <p>Whoever comes second is refused while the first has its lock. A lock can be lost while its holder lives, so nothing
 * rests on it: after each sync, and before anyone learns of it, a writer looks whether its epoch's {@link Fence} and its
 * files are where they were.
 */
public final class LocalWalStore implements WalStore {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWalStore.class);

    private static final WalCapabilities CAPABILITIES = new WalCapabilities(
            Durability.NODE,
            Set.of(
                    WalCapability.FENCES_LIVE_WRITER,
                    WalCapability.EXCLUSIVE_LOCK_ONLY,
                    WalCapability.VISIBLE_BEFORE_SEAL),
            LocalWalWriter.MAX_IN_FLIGHT,
            64 << 20,
            16 << 20,
            Duration.ZERO);

    private final Path root;
    private final LocalWalSettings settings;
    private final SegmentFs fs;
    private final StreamClock clock;
    private final ExecutorService background;
    private final Consumer<Duration> syncs;
    private final Holding holding;
    private final Map<String, Live> live = new ConcurrentHashMap<>();
    private final Set<LocalWalReader> readers = ConcurrentHashMap.newKeySet();

    private int aloneBytes = 256 << 10;
    private volatile long writerHash;
    private volatile boolean closed;

    /** A log that is open for writing, and what its writer knows of its segments. */
    private record Live(LocalWalWriter writer, SegmentIndex index) {}

    /**
     * @param background runs what need not be waited for; closed with the store
     * @param syncs is told how long each sync of a log took
     */
    LocalWalStore(
            Path root,
            LocalWalSettings settings,
            SegmentFs fs,
            StreamClock clock,
            ExecutorService background,
            Consumer<Duration> syncs) {
        this.root = root.toAbsolutePath().normalize();
        this.settings = settings;
        this.fs = fs;
        this.clock = clock;
        this.background = background;
        this.syncs = syncs;
        this.holding = new Holding(fs, this.root, settings);
    }

    /** A store in a directory, which is made when an epoch is claimed. */
    public static LocalWalStore at(Path root, LocalWalSettings settings, StreamClock clock) {
        ExecutorService background = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "millrace-disk");
            thread.setDaemon(true);
            return thread;
        });
        return new LocalWalStore(root, settings, new DiskFs(), clock, background, took -> {});
    }

    @Override
    public WalCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public synchronized long claim(String ledger, WriterIdentity me) {
        ensureOpen();
        long epoch = holding.claim(ledger, me, this::highestWritten);
        writerHash = me.hashCode();
        return epoch;
    }

    @Override
    public synchronized WalWriter open(String log, long epoch) {
        ensureOpen();
        Path directory = directory(log);
        Fence fence = holding.take(log, epoch);
        Live before = live.get(log);
        if (before != null) {
            before.writer.close();
        }
        LogFacts found = facts(directory, epoch);
        removeLeftovers(log, directory, found);
        SegmentIndex index = SegmentIndex.load(fs, directory, found);
        WalRecovery recovery = seal(index, found);
        Indexed last = index.last();
        LogFacts facts = found.openedBy(epoch, last == null ? 0 : last.header.segment(), last == null ? 0 : last.end());
        facts.write(fs, directory);
        facts.supersede(fs, directory);
        Placed placed = placed(directory);
        fence.check(log, placed, Outcome.NOT_APPENDED);
        LocalWalWriter writer = new LocalWalWriter(this, log, fence, placed, index, recovery);
        live.put(log, new Live(writer, index));
        return writer;
    }

    private Placed placed(Path directory) {
        try {
            return Placed.of(fs, directory);
        } catch (IOException e) {
            throw FsErrors.of("open", directory, e);
        }
    }

    private WalRecovery seal(SegmentIndex index, LogFacts found) {
        Indexed last = index.last();
        if (last == null) {
            WalPosition start = start(index);
            return new WalRecovery(start, start, 0);
        }
        long segment = last.header.segment();
        // an epoch that opened the log and wrote nothing to it has found its end, behind which one that it fenced may
        // write
        long limit = found.last() == segment ? found.lastEnd() : Long.MAX_VALUE;
        TailRule.Tail tail = TailSeal.seal(fs, index.file(segment), last.header, limit);
        last.seal(tail.end());
        if (tail.tornBytes() > 0) {
            LOG.info(
                    "{}: left out {} bytes of an append that was not finished, at offset {} ({})",
                    index.file(segment),
                    tail.tornBytes(),
                    tail.end(),
                    tail.problem());
        }
        return new WalRecovery(start(index), new WalPosition(segment, tail.end()), tail.tornBytes());
    }

    private LogFacts facts(Path directory, long epoch) {
        Optional<LogFacts> found = LogFacts.read(fs, directory);
        if (found.isPresent() && !found.get().deleted()) {
            return found.get();
        }
        if (found.isEmpty() && !SegmentIndex.present(fs, directory).isEmpty()) {
            throw LogFacts.lost(directory);
        }
        LogFacts fresh =
                new LogFacts(UUID.randomUUID(), found.map(LogFacts::first).orElse(0L), false, epoch, 0, 0);
        try {
            fs.createDirectories(directory);
        } catch (IOException e) {
            throw FsErrors.of("create", directory, e);
        }
        return fresh;
    }

    /**
     * What a process that died saw of the directory may not be on disk yet; from here on it is relied on. A trim or a
     * deletion that was cut short is finished.
     */
    private void removeLeftovers(String log, Path directory, LogFacts facts) {
        try {
            fs.forceDirectory(directory);
            Spares.removeAll(fs, directory);
        } catch (IOException e) {
            throw FsErrors.of("tidy up", directory, e);
        }
        freed(log, facts).forEach(this::remove);
    }

    /** The files of segments that do not count any more. No reader here holds them open. */
    private List<Path> freed(String log, LogFacts facts) {
        Path directory = directory(log);
        List<Path> freed = new ArrayList<>();
        for (long segment : SegmentIndex.present(fs, directory)) {
            if (!facts.counts(segment)) {
                Path file = directory.resolve(SegmentIndex.fileName(segment));
                readers.stream().filter(reader -> reader.log().equals(log)).forEach(reader -> reader.forget(file));
                freed.add(file);
            }
        }
        return freed;
    }

    private void remove(Path file) {
        try {
            fs.delete(file);
        } catch (IOException e) {
            LOG.warn("cannot remove {}, which is not needed any more: {}", file, FsErrors.reason(e));
        }
    }

    @Override
    public WalReader reader(String log) {
        ensureOpen();
        directory(log);
        LocalWalReader reader = new LocalWalReader(this, log);
        readers.add(reader);
        return reader;
    }

    @Override
    public List<String> logs() {
        ensureOpen();
        List<String> logs = new ArrayList<>();
        try {
            for (String name : fs.list(root)) {
                if (LogNames.isName(name) && isLog(root.resolve(name))) {
                    logs.add(name);
                }
            }
        } catch (IOException e) {
            throw FsErrors.of("list", root, e);
        }
        return logs;
    }

    /**
     * Whether a log is here that was not deleted. What others keep in the directory is left alone, whatever it is called; a
     * log that has lost its file LOG is known by its segments.
     */
    private boolean isLog(Path place) {
        try {
            return LogFacts.read(fs, place).filter(facts -> !facts.deleted()).isPresent();
        } catch (WalException e) {
            if (SegmentIndex.holdsSegments(fs, place)) {
                throw e;
            }
            LOG.debug("{} is no log, and left alone", place, e);
            return false;
        }
    }

    @Override
    public synchronized void delete(String log, long epoch) {
        ensureOpen();
        Path directory = directory(log);
        holding.ensureHighest(log, epoch);
        Live writing = live.get(log);
        if (writing != null) {
            writing.writer.close();
        }
        Optional<LogFacts> facts = LogFacts.read(fs, directory);
        if (facts.isEmpty()) {
            return;
        }
        List<Long> present = SegmentIndex.present(fs, directory);
        long behind = present.isEmpty() ? facts.get().first() : present.get(present.size() - 1) + 1;
        LogFacts deleted = new LogFacts(facts.get().id(), behind, true, epoch, 0, 0);
        deleted.write(fs, directory);
        deleted.supersede(fs, directory);
        removeLeftovers(log, directory, deleted);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try {
            live.values().forEach(open -> open.writer.close());
            readers.forEach(LocalWalReader::close);
        } finally {
            closed = true;
            background.shutdown();
            awaitBackground();
            holding.release();
        }
    }

    /** What still runs there ends soon: its writers are closed. */
    private void awaitBackground() {
        try {
            if (!background.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("{}: a write to the disk still hangs", root);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets go of everything without finishing anything, as the death of the process would. For tests. */
    public synchronized void abandon() {
        closed = true;
        live.clear();
        background.shutdown();
        holding.release();
    }

    // ---- for writers and readers ----

    SegmentFs fs() {
        return fs;
    }

    StreamClock clock() {
        return clock;
    }

    LocalWalSettings settings() {
        return settings;
    }

    /** How large a frame is at most that the appender syncs itself if nothing else is under way. */
    int aloneBytes() {
        return aloneBytes;
    }

    /** For tests, which want to see two threads at work with small frames too. */
    void aloneBytes(int bytes) {
        aloneBytes = bytes;
    }

    Executor background() {
        return background;
    }

    void synced(long nanos) {
        syncs.accept(Duration.ofNanos(nanos));
    }

    long heldEpoch() {
        return holding.epoch();
    }

    long writerHash() {
        return writerHash;
    }

    Path directory(String log) {
        return root.resolve(LogNames.check(log));
    }

    /** What is known of a log's segments: by its writer here, else by its files; empty if it does not exist. */
    Optional<SegmentIndex> index(String log) {
        Live writing = live.get(log);
        if (writing != null) {
            return Optional.of(writing.index);
        }
        Path directory = directory(log);
        return LogFacts.read(fs, directory).map(facts -> {
            SegmentIndex index = SegmentIndex.load(fs, directory, facts);
            Indexed last = index.last();
            if (last != null) {
                last.extend(TailSeal.visibleEnd(fs, index.file(last.header.segment()), last.header));
            }
            return index;
        });
    }

    WalPosition start(SegmentIndex index) {
        Indexed first = index.segments().stream().findFirst().orElse(null);
        return new WalPosition(first == null ? index.first() : first.header.segment(), 0);
    }

    /**
     * Frees the segments before {@code keep}: it is written down that they do not count, and nobody finds them here any
     * more. Returns their files.
     */
    List<Path> free(String log, SegmentIndex index, long epoch, long keep) {
        Path directory = index.directory();
        LogFacts facts = LogFacts.read(fs, directory)
                .orElseThrow(() -> LogFacts.lost(directory))
                .startingAt(keep);
        if (facts.epoch() != epoch) {
            throw Fence.fenced(log, epoch, facts.epoch(), Outcome.NOT_APPENDED);
        }
        facts.write(fs, directory);
        index.trim(keep);
        return freed(log, facts);
    }

    /**
     * Refuses to go on with a log of which a file is gone.
     *
     * @throws WalException {@code CORRUPT} if a segment that counts, or what says where the log begins, is not there
     */
    void ensureComplete(SegmentIndex index, long epoch) {
        List<Long> counting =
                index.segments().stream().map(found -> found.header.segment()).toList();
        Path directory = index.directory();
        Set<String> names;
        try {
            names = Set.copyOf(fs.list(directory));
        } catch (IOException e) {
            throw FsErrors.of("list", directory, e);
        }
        if (!names.contains(LogFacts.nameFor(epoch))) {
            throw LogFacts.lost(directory);
        }
        for (long segment : counting) {
            boolean there = names.contains(SegmentIndex.fileName(segment));
            // one that was trimmed since is gone by right, also if its trim was a fenced writer's
            if (!there
                    && Long.compareUnsigned(segment, index.first()) >= 0
                    && LogFacts.read(fs, directory)
                            .filter(facts -> facts.counts(segment))
                            .isPresent()) {
                throw SegmentIndex.missing(directory, segment);
            }
        }
    }

    /**
     * Refuses to make a file that would leave too little room. A log that is itself smaller than the reserve may use it: what
     * fills a disk are blocks, and what frees it are the facts of small logs that say which blocks are done with.
     */
    void ensureRoom(SegmentIndex index, long bytes) {
        if (settings.minFreeBytes() == 0) {
            return;
        }
        long usable;
        try {
            usable = fs.usableBytes(root);
        } catch (IOException e) {
            throw FsErrors.of("measure the free space of", root, e);
        }
        if (usable - bytes >= settings.minFreeBytes()) {
            return;
        }
        long own = index.segments().stream().mapToLong(Indexed::end).sum();
        if (own + bytes > settings.minFreeBytes()) {
            throw new WalException(
                    Reason.FULL,
                    "the disk under " + root + " has " + usable + " bytes left, less than min-free ("
                            + settings.minFreeBytes() + "); appends go on once there is room");
        }
    }

    void closed(String log, LocalWalWriter writer) {
        live.computeIfPresent(log, (name, open) -> open.writer == writer ? null : open);
    }

    void closed(LocalWalReader reader) {
        readers.remove(reader);
    }

    private long highestWritten() {
        long highest = 0;
        for (String log : logs()) {
            for (long segment : SegmentIndex.present(fs, root.resolve(log))) {
                highest = Math.max(highest, WalPosition.epochOf(segment));
            }
        }
        return highest;
    }

    void ensureOpen() {
        if (closed) {
            throw new WalException(Reason.CLOSED, "the store in " + root + " is closed");
        }
    }

    @Override
    public String toString() {
        return root.toUri().toString();
    }
}
