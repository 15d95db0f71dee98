// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WriterIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The lock on a store's directory, held until it is closed or the process dies. A file lock keeps other processes out;
 * within this one a table does, because POSIX gives a process only one lock on a file and takes it away when
 * <em>any</em> channel on the file is closed. The table is static for that reason alone: it belongs to the process, as
 * the locks do.
 */
final class StoreLock implements AutoCloseable {
    static final String FILE = "LOCK";

    private static final Map<Path, WriterIdentity> HELD_HERE = new ConcurrentHashMap<>();

    private final Path root;
    private final Closeable lock;

    private StoreLock(Path root, Closeable lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Locks a directory.
     *
     * @param holder describes whoever claimed it last, should that be who has the lock
     */
    static StoreLock acquire(SegmentFs fs, Path root, WriterIdentity me, Supplier<String> holder) {
        Path file = root.resolve(FILE);
        try {
            Path key = fs.canonical(root);
            WriterIdentity here = HELD_HERE.putIfAbsent(key, me);
            if (here != null) {
                throw locked(root, "this very process, by " + Epochs.describe(here));
            }
            Optional<Closeable> lock = Optional.empty();
            try {
                lock = fs.lock(file);
            } finally {
                if (lock.isEmpty()) {
                    HELD_HERE.remove(key);
                }
            }
            return new StoreLock(key, lock.orElseThrow(() -> locked(root, holder.get())));
        } catch (IOException e) {
            throw FsErrors.of("lock", file, e);
        }
    }

    private static WalException locked(Path root, String holder) {
        return new WalException(
                Reason.LOCKED,
                "the logs in " + root + " are in use by " + holder + "; stop it first, or choose another directory");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw FsErrors.of("unlock", root, e);
        } finally {
            HELD_HERE.remove(root);
        }
    }
}
