// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.simulation.Simulation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A simulated disk as one process of a simulation sees it: everything takes time, and its death is the process's. */
final class PacedDisk implements SegmentFs {
    private static final int SYNC_NANOS = 3_000_000;
    private static final int OTHER_NANOS = 100_000;

    private final SimDisk disk;
    private final String process;

    PacedDisk(SimDisk disk, String process) {
        this.disk = disk;
        this.process = process;
    }

    /** What is done to the disk. */
    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private static <T> T after(int mostNanos, Action<T> action) throws IOException {
        Simulation.pauseUpTo(mostNanos);
        T result;
        try {
            result = action.run();
        } catch (SimDisk.Death death) {
            Simulation.die();
            throw death;
        }
        Simulation.pauseUpTo(mostNanos);
        return result;
    }

    @Override
    public void createDirectories(Path directory) {
        disk.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return after(OTHER_NANOS, () -> disk.list(directory));
    }

    @Override
    public SegmentFile create(Path file) throws IOException {
        return after(OTHER_NANOS, () -> new PacedFile(disk.create(file)));
    }

    @Override
    public SegmentFile open(Path file, boolean writable) throws IOException {
        return after(OTHER_NANOS, () -> new PacedFile(disk.open(file, writable)));
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        after(OTHER_NANOS, () -> {
            disk.replace(from, to);
            return true;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        after(OTHER_NANOS, () -> {
            disk.delete(file);
            return true;
        });
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        after(SYNC_NANOS, () -> {
            disk.forceDirectory(directory);
            return true;
        });
    }

    @Override
    public long usableBytes(Path directory) {
        return disk.usableBytes(directory);
    }

    @Override
    public String kind(Path directory) {
        return disk.kind(directory);
    }

    @Override
    public Path canonical(Path directory) {
        // a table of what this JVM has locked would outlive the process
        return disk.canonical(directory).resolve(process);
    }

    @Override
    public Object identity(Path file) throws IOException {
        return disk.identity(file);
    }

    @Override
    public Optional<Closeable> lock(Path file) {
        return disk.lock(file);
    }

    private static final class PacedFile implements SegmentFile {
        private final SegmentFile file;

        PacedFile(SegmentFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            after(OTHER_NANOS, () -> {
                file.write(from, at);
                return true;
            });
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            return after(OTHER_NANOS, () -> file.read(into, at));
        }

        @Override
        public void force(boolean metadata) throws IOException {
            after(SYNC_NANOS, () -> {
                file.force(metadata);
                return true;
            });
        }

        @Override
        public void truncate(long length) throws IOException {
            after(OTHER_NANOS, () -> {
                file.truncate(length);
                return true;
            });
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
