// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A disk that is right until it is told to be full, or to fail a sync. */
final class FailingFs implements SegmentFs {
    private final SegmentFs disk;
    private final AtomicBoolean failNextSync = new AtomicBoolean();
    private volatile boolean full;
    private volatile boolean locks = true;
    private final AtomicReference<Runnable> beforeNextList = new AtomicReference<>(() -> {});
    private final AtomicInteger places = new AtomicInteger();

    FailingFs(SegmentFs disk) {
        this.disk = disk;
    }

    /** From now on everybody gets every lock. */
    void withoutLocks() {
        locks = false;
    }

    /** Has this happen when a directory is listed next. */
    void beforeNextList(Runnable happens) {
        beforeNextList.set(happens);
    }

    void full(boolean now) {
        full = now;
    }

    void failNextSync(boolean now) {
        failNextSync.set(now);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        beforeNextList.getAndSet(() -> {}).run();
        return disk.list(directory);
    }

    @Override
    public SegmentFile create(Path file) throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
        return new FailingFile(disk.create(file));
    }

    @Override
    public SegmentFile open(Path file, boolean writable) throws IOException {
        return new FailingFile(disk.open(file, writable));
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        disk.replace(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return disk.usableBytes(directory);
    }

    @Override
    public String kind(Path directory) throws IOException {
        return disk.kind(directory);
    }

    @Override
    public Path canonical(Path directory) throws IOException {
        Path canonical = disk.canonical(directory);
        return locks ? canonical : canonical.resolve("seen-" + places.incrementAndGet());
    }

    @Override
    public Object identity(Path file) throws IOException {
        return disk.identity(file);
    }

    @Override
    public Optional<Closeable> lock(Path file) throws IOException {
        return locks ? disk.lock(file) : Optional.of(() -> {});
    }

    private final class FailingFile implements SegmentFile {
        private final SegmentFile file;

        FailingFile(SegmentFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            if (full && at + from.remaining() > file.length()) {
                throw new IOException("No space left on device");
            }
            file.write(from, at);
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            return file.read(into, at);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            if (failNextSync.getAndSet(false)) {
                throw new IOException("Input/output error");
            }
            file.force(metadata);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public long length() throws IOException {
            return file.length();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
