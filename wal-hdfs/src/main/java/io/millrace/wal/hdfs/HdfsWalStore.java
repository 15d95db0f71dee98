// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static java.util.Objects.requireNonNull;

import io.millrace.api.StreamClock;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapabilities.Durability;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.wal.hdfs.LogDirectory.SegmentFile;
import io.millrace.wal.support.TailRule;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of one program in a directory of HDFS:
 *
 * <pre>
 * claims/000001                      a claim per epoch, created once, never deleted
 * log-data/e000001.sealed/           what an earlier epoch wrote
 * log-data/e000002/                  what the owner writes
 *     seg-0000000000.wal             its segments, one block each
 *     mark-00000000-…-live           which log this is and where it begins
 * </pre>
 *
 * <p>See {@code docs/spec/wal-hdfs.md} for the clauses.
 */
final class HdfsWalStore implements WalStore {
    private static final Logger LOG = LoggerFactory.getLogger(HdfsWalStore.class);
    private static final int MAX_BATCH = 64 << 20;
    private static final long MAX_UNACKNOWLEDGED = 32 << 20;

    private final String place;
    private final String root;
    private final Hdfs hdfs;
    private final HdfsWalSettings settings;
    private final StreamClock clock;
    private final ExecutorService background;
    private final HdfsMeters meters;
    private final Claims claims;
    private final Fence fence;
    private final WalCapabilities capabilities;
    private final Map<String, Live> live = new ConcurrentHashMap<>();
    private final Set<HdfsWalReader> readers = ConcurrentHashMap.newKeySet();

    private WriterIdentity me = self();
    private volatile boolean closed;

    /** A log that is open for writing, and what its writer knows of its segments. */
    private record Live(HdfsWalWriter writer, Chain chain) {}

    /**
     * @param place the location, for messages
     * @param root its directory
     * @param background runs what writes and syncs; closed with the store
     */
    HdfsWalStore(
            String place,
            String root,
            Hdfs hdfs,
            HdfsWalSettings settings,
            StreamClock clock,
            ExecutorService background,
            HdfsMeters meters) {
        this.place = place;
        this.root = root;
        this.hdfs = hdfs;
        this.settings = settings;
        this.clock = clock;
        this.background = background;
        this.meters = meters;
        this.claims = new Claims(hdfs, root);
        this.fence = new Fence(hdfs, settings.sealTimeout());
        this.capabilities = new WalCapabilities(
                settings.sync() == SyncMode.HSYNC ? Durability.REPLICATED_DISK : Durability.REPLICATED_MEMORY,
                Set.of(WalCapability.FENCES_LIVE_WRITER, WalCapability.VISIBLE_BEFORE_SEAL),
                Pipeline.MAX_IN_FLIGHT,
                MAX_BATCH,
                MAX_UNACKNOWLEDGED,
                Duration.ZERO);
        meters.inFlight(this);
    }

    @Override
    public WalCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public synchronized long claim(String ledger, WriterIdentity who) {
        ensureOpen();
        me = who;
        return Interrupts.shielded(() -> {
            long epoch = claimed(who, ledger);
            beginToFence(epoch);
            return epoch;
        });
    }

    private long claimed(WriterIdentity who, String ledger) {
        try {
            return claims.next(who, ledger);
        } catch (WalException e) {
            throw hdfs.named(e);
        }
    }

    private void beginToFence(long epoch) {
        try {
            for (String directory : logDirectories()) {
                fence.begin(root + "/" + directory, epoch);
            }
        } catch (WalException e) {
            LOG.debug("what earlier epochs left open is closed when its log is opened", e);
        }
    }

    private List<String> logDirectories() {
        try {
            return hdfs.list(root, "", false).orElse(List.of()).stream()
                    .filter(entry -> entry.directory() && Names.isLogDirectory(entry.name()))
                    .map(Hdfs.Entry::name)
                    .toList();
        } catch (IOException e) {
            throw HdfsErrors.of("list", root, e);
        }
    }

    @Override
    public synchronized WalWriter open(String log, long epoch) {
        ensureOpen();
        String path = path(log);
        return Interrupts.shielded(() -> open(log, path, epoch));
    }

    private WalWriter open(String log, String path, long epoch) {
        claims.hold(epoch, me, log);
        Live before = live.get(log);
        if (before != null) {
            before.writer.close();
        }
        makeOwnDirectory(log, path, epoch);
        LogDirectory listed = fence.rename(path, epoch);
        Mark found = listed.mark();
        if (found == null && !listed.segments(0).isEmpty()) {
            throw OpenLog.withoutMark(log, path);
        }
        Mark mark = next(found, epoch);
        listed = closeAll(listed, mark.first());
        Chain chain = Chain.load(hdfs, listed, mark);
        WalRecovery recovery = seal(listed, chain);
        OpenLog opened = new OpenLog(hdfs, claims, log, path, chain, mark);
        opened.write(mark);
        opened.tidy(listed);
        TreeMap<Long, SegmentFile> present = listed.segments(0);
        long next = SegmentMaker.first(epoch, chain, present.isEmpty() ? null : present.lastKey());
        HdfsWalWriter writer = new HdfsWalWriter(this, opened, recovery, next);
        live.put(log, new Live(writer, chain));
        writer.start();
        return writer;
    }

    /**
     * Makes the directory that this epoch writes to. Who fences this epoch has claimed a higher one before it looks for the
     * directory: either it sees the directory, or its claim is seen here.
     */
    private void makeOwnDirectory(String log, String path, long epoch) {
        String own = path + "/" + Names.epochDirectory(epoch);
        try {
            hdfs.makeDirectories(own);
        } catch (IOException e) {
            throw HdfsErrors.of("create", own, e);
        }
        claims.verify(log, epoch);
    }

    private static Mark next(@Nullable Mark found, long epoch) {
        int number = found != null && found.epoch() == epoch ? found.number() + 1 : 0;
        return found == null || found.deleted()
                ? new Mark(epoch, number, found == null ? 0 : found.first(), UUID.randomUUID(), false)
                : new Mark(epoch, number, found.first(), found.id(), false);
    }

    /** Closes what earlier writers left open. From here on the bytes of every segment are what they will always be. */
    private LogDirectory closeAll(LogDirectory listed, long first) {
        List<SegmentFile> open = listed.segments(first).values().stream()
                .filter(SegmentFile::open)
                .toList();
        if (open.isEmpty()) {
            return listed;
        }
        long begun = clock.nanos();
        fence.close(open);
        LOG.info(
                "HDFS closed {} after {} ms",
                open.stream().map(SegmentFile::path).toList(),
                Duration.ofNanos(clock.nanos() - begun).toMillis());
        return LogDirectory.list(hdfs, listed.path());
    }

    private WalRecovery seal(LogDirectory listed, Chain chain) {
        Segment last = chain.last();
        if (last == null) {
            return new WalRecovery(chain.start(), chain.start(), 0);
        }
        TailRule.Tail tail = tail(listed, chain, last);
        switch (tail.kind()) {
            case CORRUPT ->
                throw new WalException(
                        Reason.CORRUPT,
                        last.path() + " is damaged at offset " + tail.end() + " of its frames: " + tail.problem()
                                + ". HDFS lost what was durable: restore the file from a copy");
            case NEWER_VERSION ->
                throw new WalException(
                        Reason.UNSUPPORTED,
                        last.path() + " was written by a later version of Millrace (" + tail.problem()
                                + "): run that version");
            case COMPLETE, TORN -> last.seal(tail.end());
        }
        if (tail.tornBytes() > 0) {
            LOG.info(
                    "{}: cut {} bytes of an append that was not finished, at offset {} ({})",
                    last.path(),
                    tail.tornBytes(),
                    tail.end(),
                    tail.problem());
        }
        return new WalRecovery(chain.start(), new WalPosition(last.id(), tail.end()), tail.tornBytes());
    }

    private TailRule.Tail tail(LogDirectory listed, Chain chain, Segment last) {
        SegmentFile file = requireNonNull(listed.segments(chain.first()).get(last.id()), "not in its own listing");
        try (SegmentBytes bytes = SegmentBytes.open(hdfs, file)) {
            return bytes.tail();
        } catch (IOException e) {
            throw HdfsErrors.of("read", last.path(), e);
        }
    }

    @Override
    public WalReader reader(String log) {
        ensureOpen();
        HdfsWalReader reader = new HdfsWalReader(this, Names.checkLog(log));
        readers.add(reader);
        return reader;
    }

    @Override
    public List<String> logs() {
        ensureOpen();
        return Interrupts.shielded(() -> logDirectories().stream()
                .filter(directory ->
                        LogDirectory.list(hdfs, root + "/" + directory).exists())
                .map(Names::logOf)
                .toList());
    }

    @Override
    public synchronized void delete(String log, long epoch) {
        ensureOpen();
        String path = path(log);
        Interrupts.shielded(() -> {
            delete(log, path, epoch);
            return path;
        });
    }

    private void delete(String log, String path, long epoch) {
        claims.hold(epoch, me, log);
        Live writing = live.get(log);
        if (writing != null) {
            writing.writer.close();
        }
        if (!LogDirectory.list(hdfs, path).exists()) {
            return;
        }
        makeOwnDirectory(log, path, epoch);
        LogDirectory listed = fence.rename(path, epoch);
        Mark found = listed.mark();
        if (found == null || found.deleted()) {
            return;
        }
        TreeMap<Long, SegmentFile> present = listed.segments(0);
        long behind = present.isEmpty() ? found.first() : Math.max(found.first(), present.lastKey() + 1);
        Mark live = next(found, epoch);
        Mark gone = new Mark(epoch, live.number(), behind, found.id(), true);
        OpenLog.write(hdfs, claims, log, path, gone);
        new OpenLog(hdfs, claims, log, path, Chain.load(hdfs, new LogDirectory(path, List.of()), gone), gone)
                .tidy(listed);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        live.values().forEach(open -> open.writer.close());
        readers.forEach(HdfsWalReader::close);
        closed = true;
        background.shutdown();
        awaitBackground();
        hdfs.close();
    }

    private void awaitBackground() {
        try {
            if (!background.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("{}: a call to HDFS still hangs", place);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets go of everything without finishing anything, as the death of the process would. For tests. */
    synchronized void abandon() {
        closed = true;
        live.values().forEach(open -> open.writer.abandon());
        live.clear();
        hdfs.abandonWriters();
        background.shutdown();
        hdfs.close();
    }

    // ---- for writers and readers ----

    Hdfs hdfs() {
        return hdfs;
    }

    HdfsWalSettings settings() {
        return settings;
    }

    StreamClock clock() {
        return clock;
    }

    Executor background() {
        return background;
    }

    HdfsMeters meters() {
        return meters;
    }

    Claims claims() {
        return claims;
    }

    long writerHash() {
        return me.hashCode();
    }

    /** How many frames of all logs are not answered. */
    double inFlight() {
        return live.values().stream().mapToInt(open -> open.writer.inFlight()).sum();
    }

    String path(String log) {
        return root + "/" + Names.logDirectory(log);
    }

    /** What is known of a log's segments: by its writer here, else by its files; empty if it does not exist. */
    Optional<Chain> chain(String log) {
        Live writing = live.get(log);
        if (writing != null) {
            return Optional.of(writing.chain);
        }
        LogDirectory listed = LogDirectory.list(hdfs, path(log));
        Mark mark = listed.mark();
        if (mark == null || mark.deleted()) {
            return Optional.empty();
        }
        Chain chain = Chain.load(hdfs, listed, mark);
        Segment last = chain.last();
        if (last != null) {
            TailRule.Tail tail = tail(listed, chain, last);
            switch (tail.kind()) {
                case COMPLETE, TORN -> last.extend(tail.end());
                case CORRUPT, NEWER_VERSION -> {
                    // whoever reads on is told
                }
            }
        }
        return Optional.of(chain);
    }

    void closed(String log, HdfsWalWriter writer) {
        live.computeIfPresent(log, (name, open) -> open.writer == writer ? null : open);
    }

    void closed(HdfsWalReader reader) {
        readers.remove(reader);
    }

    void ensureOpen() {
        if (closed) {
            throw new WalException(Reason.CLOSED, "the store in " + place + " is closed");
        }
    }

    private static WriterIdentity self() {
        ProcessHandle process = ProcessHandle.current();
        long started = process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
        String host = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("this host");
        return new WriterIdentity("unknown", host, process.pid(), started);
    }

    @Override
    public String toString() {
        return place;
    }
}
