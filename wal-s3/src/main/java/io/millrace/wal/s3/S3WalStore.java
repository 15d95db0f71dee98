// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.wal.ObjectStore;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapabilities.Durability;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.wal.s3.LogLoader.Listed;
import io.millrace.wal.s3.Mark.Sealed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The logs of one program in a bucket. */
final class S3WalStore implements WalStore {
    private final String place;
    private final S3WalSettings settings;
    private final Bucket bucket;
    private final ExecutorService threads;
    private final Parts parts;
    private final Probe probe;
    private final Map<String, Opened> opened = new ConcurrentHashMap<>();
    private final Set<S3WalReader> readers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** What the store is made of, shared with its writers and readers. */
    record Parts(
            Bucket bucket,
            Keys keys,
            Calls calls,
            Creator creator,
            Claims claims,
            Marks marks,
            LogLoader loader,
            Fences fences,
            Garbage garbage,
            S3Meters meters) {}

    /** A log that this store opened. */
    private static final class Opened {
        final long epoch;
        final LogIndex index;
        final S3WalWriter writer;

        Opened(long epoch, LogIndex index, S3WalWriter writer) {
            this.epoch = epoch;
            this.index = index;
            this.writer = writer;
        }
    }

    S3WalStore(
            String place,
            Keys keys,
            S3WalSettings settings,
            Bucket bucket,
            ExecutorService threads,
            Calls calls,
            Metrics metrics) {
        this.place = place;
        this.settings = settings;
        this.bucket = bucket;
        this.threads = threads;
        Throttle throttle = new Throttle(4 * settings.inFlight());
        S3Meters meters = new S3Meters(metrics, throttle);
        Creator creator = new Creator(bucket, calls, throttle, settings.deadline(), meters);
        Garbage garbage = new Garbage(bucket, calls, meters);
        this.parts = new Parts(
                bucket,
                keys,
                calls,
                creator,
                new Claims(bucket, keys, creator),
                new Marks(bucket, keys, creator, garbage),
                new LogLoader(bucket, keys),
                new Fences(keys, creator, calls, garbage, settings.inFlight()),
                garbage,
                meters);
        this.probe = new Probe(bucket, keys, calls, garbage, place);
    }

    @Override
    public WalCapabilities capabilities() {
        return new WalCapabilities(
                Durability.REGION,
                Set.of(
                        WalCapability.FENCES_LIVE_WRITER,
                        WalCapability.VISIBLE_BEFORE_SEAL,
                        WalCapability.COSTS_PER_REQUEST),
                settings.accepted(),
                settings.maxBatchBytes(),
                2L * settings.inFlight() * settings.maxBatchBytes(),
                settings.linger());
    }

    @Override
    public long claim(String ledger, WriterIdentity me) {
        return call(() -> {
            probeOnce();
            return parts.claims().claim(ledger, me);
        });
    }

    @Override
    public WalWriter open(String log, long epoch) {
        Keys.checkLog(log);
        WalPosition.segment(epoch, 0); // refuses an epoch that no position can hold
        return call(() -> openNow(log, epoch));
    }

    private synchronized S3WalWriter openNow(String log, long epoch) {
        probeOnce();
        parts.claims().own(epoch);
        Opened before = opened.get(log);
        boolean again = before != null && before.epoch == epoch;
        long nextSlot = before != null && again ? slotAfter(log, before) : 0;
        Mark known = parts.marks().latest(log);
        Mark mark = again && known.exists() ? known : parts.marks().add(log, epoch, known, next -> next.existing(true));
        Listed listed = parts.loader().list(log);
        List<Sealed> sealed = new ArrayList<>(mark.sealed());
        for (long earlier : mark.unsealed()) {
            sealed.add(parts.fences().seal(log, earlier, LogLoader.firstSlot(mark, earlier), listed));
        }
        if (!mark.unsealed().isEmpty()) {
            mark = parts.marks().add(log, epoch, mark, next -> next.sealedAs(sealed));
        }
        LogIndex index = parts.loader().index(log, mark, mark.sealed(), again ? List.of(epoch) : List.of(), listed);
        List<String> garbage = parts.loader().garbage(log, mark, index, epoch, listed);
        parts.garbage().remove(garbage);
        WalRecovery recovery = new WalRecovery(index.start(), index.end(), torn(mark, listed));
        S3WalWriter writer = new S3WalWriter(this, parts, settings, log, epoch, recovery, index, mark, nextSlot);
        opened.put(log, new Opened(epoch, index, writer));
        return writer;
    }

    /** Where a log that this store opened with the same epoch goes on. */
    private static long slotAfter(String log, Opened before) {
        if (before.writer.state() != WalState.CLOSED || before.writer.failed()) {
            throw new WalException(
                    Reason.INDETERMINATE,
                    "log '" + log + "' was opened with epoch " + before.epoch
                            + " and not closed in order: claim a new epoch to open it again");
        }
        return before.writer.nextSlot();
    }

    /** How many bytes lie behind the ends of the epochs that ended last: appends that were never reported. */
    private static long torn(Mark mark, Listed listed) {
        long bytes = 0;
        for (Sealed run : mark.sealed()) {
            long from = WalPosition.segment(run.epoch(), run.slots());
            long to = WalPosition.segment(run.epoch() + 1, 0);
            for (int length : listed.lengths().subMap(from, to).values()) {
                bytes += length;
            }
        }
        return bytes;
    }

    @Override
    public WalReader reader(String log) {
        Keys.checkLog(log);
        ensureOpen();
        S3WalReader reader = new S3WalReader(this, parts, log, settings.recoveryParallelism());
        readers.add(reader);
        return reader;
    }

    @Override
    public List<String> logs() {
        return call(() -> parts.marks().all().entrySet().stream()
                .filter(log -> log.getValue().exists())
                .map(Map.Entry::getKey)
                .toList());
    }

    @Override
    public void delete(String log, long epoch) {
        Keys.checkLog(log);
        WalPosition.segment(epoch, 0);
        call(() -> {
            deleteNow(log, epoch);
            return true;
        });
    }

    private synchronized void deleteNow(String log, long epoch) {
        parts.claims().own(epoch);
        Mark known = parts.marks().latest(log);
        if (!known.exists()) {
            return;
        }
        Opened own = opened.get(log);
        long nextSlot = own != null && own.epoch == epoch ? slotAfter(log, own) : 0;
        Mark mark = known.epoch() == epoch ? known : parts.marks().add(log, epoch, known, next -> next);
        Listed listed = parts.loader().list(log);
        for (long earlier : mark.unsealed()) {
            parts.fences().seal(log, earlier, LogLoader.firstSlot(mark, earlier), listed);
        }
        long first = WalPosition.segment(epoch, nextSlot);
        Mark deleted = parts.marks()
                .add(log, epoch, mark, next -> next.existing(false).from(first).sealedAs(List.of()));
        if (own != null) {
            own.index.trim(deleted.first());
        }
        List<String> data = new ArrayList<>();
        listed.lengths().headMap(first).forEach((segment, length) -> {
            if (length > 0) {
                data.add(parts.keys().segment(log, segment));
            }
        });
        parts.garbage().remove(data);
    }

    @Override
    public Optional<ObjectStore> objects() {
        return Optional.of(new S3ObjectStore(this, parts));
    }

    /** The index of a log that this store opened; null if it did not, or not as the last. */
    @Nullable
    LogIndex liveIndex(String log) {
        Opened found = opened.get(log);
        return found != null && !found.writer.failed() ? found.index : null;
    }

    private synchronized void probeOnce() {
        if (settings.probes()) {
            probe.run();
        }
    }

    /** Runs a call on a thread of the store. */
    <T> T call(Supplier<T> call) {
        ensureOpen();
        return parts.calls().run(call);
    }

    boolean closed() {
        return closed;
    }

    void ensureOpen() {
        if (closed) {
            throw new WalException(Reason.CLOSED, "the store is closed");
        }
    }

    void closed(S3WalReader reader) {
        readers.remove(reader);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        opened.values().forEach(log -> log.writer.close());
        closed = true;
        readers.forEach(S3WalReader::close);
        threads.shutdown();
        awaitThreads();
        bucket.close();
    }

    /** Lets requests under way end; nothing is lost if they do not. */
    private void awaitThreads() {
        try {
            if (!threads.awaitTermination(settings.attemptTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                Garbage.LOG.debug("requests to {} are still under way", place);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return place;
    }
}
