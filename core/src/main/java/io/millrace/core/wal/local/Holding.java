// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WriterIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a store has in hand: the lock, which politely keeps others out, and its epochs, which keep it from harm if the lock
 * does not. Changed by one thread at a time, looked at by any.
 */
final class Holding {
    /** What a request to stop, and its answer, are called beside the logs. */
    private static final String STOP_REQUEST = "STOP";

    private final SegmentFs fs;
    private final Path root;
    private final LocalWalSettings settings;
    private final Epochs epochs;
    private final List<Fence> claimed = new ArrayList<>();
    private @Nullable StoreLock lock;
    private volatile @Nullable Fence fence;

    Holding(SegmentFs fs, Path root, LocalWalSettings settings) {
        this.fs = fs;
        this.root = root;
        this.settings = settings;
        this.epochs = new Epochs(fs, root);
    }

    /** Claims an epoch above all others. */
    long claim(String ledger, WriterIdentity me, LongSupplier written) {
        lock(me);
        return keep(epochs.claim(written, ledger, me)).epoch();
    }

    /** Takes an epoch for a log, unless a higher one was claimed. */
    Fence take(String log, long epoch) {
        lock(self());
        Fence held = fence;
        if (held != null && held.epoch() == epoch && epochs.highest() == epoch) {
            return held;
        }
        Optional<Fence> taken = epochs.take(epoch, log, self()); // it was claimed through a ledger in another store
        return keep(taken.orElseThrow(() -> Fence.fenced(log, epoch, epochs.highest(), Outcome.NOT_APPENDED)));
    }

    private Fence keep(Fence taken) {
        claimed.add(taken);
        fence = taken;
        return taken;
    }

    /** The epoch in hand; 0 if none is. */
    long epoch() {
        Fence held = fence;
        return held == null ? 0 : held.epoch();
    }

    /** Refuses to go on for an epoch that is not the highest. */
    void ensureHighest(String log, long epoch) {
        lock(self());
        long highest = Math.max(epoch(), epochs.highest());
        if (highest > epoch) {
            throw Fence.fenced(log, epoch, highest, Outcome.NOT_APPENDED);
        }
    }

    private void lock(WriterIdentity me) {
        if (lock != null) {
            return;
        }
        try {
            fs.createDirectories(root);
            Medium.check(fs.kind(root), root, settings.allowRemote());
            fs.secure(root, root.resolve(StoreLock.FILE), this::isOurs);
        } catch (IOException e) {
            throw FsErrors.of("keep logs in", root, e);
        }
        lock = StoreLock.acquire(fs, root, me, epochs::describe);
    }

    private boolean isOurs(Path place) {
        String name = String.valueOf(place.getFileName());
        return name.equals(StoreLock.FILE)
                || name.startsWith(Epochs.FILE)
                || name.startsWith(STOP_REQUEST)
                || LogFacts.areIn(fs, place)
                || SegmentIndex.holdsSegments(fs, place);
    }

    void release() {
        StoreLock held = lock;
        lock = null;
        fence = null;
        claimed.forEach(Fence::close);
        claimed.clear();
        if (held != null) {
            held.close();
        }
    }

    private static WriterIdentity self() {
        ProcessHandle process = ProcessHandle.current();
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        String host = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("this host");
        return new WriterIdentity("unknown", host, process.pid(), started);
    }
}
