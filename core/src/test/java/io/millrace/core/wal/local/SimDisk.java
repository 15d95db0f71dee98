// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that is as bad as disks may be. What was not forced is lost, kept, torn by sectors or written in
 * another order when the power fails; so are names; a sync that failed leaves pages that look fine and never reach the
 * disk, and asking for it again is a failure of the test; a sync may also lie. Everything is decided by a seed.
 */
final class SimDisk implements SegmentFs {
    static final int SECTOR = 512;

    private static final String FAILURE = "Input/output error";

    /** Ends the process that uses the disk, in the middle of whatever it is doing. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final class Inode {
        byte[] now = new byte[0];
        byte[] durable = new byte[0];
        final TreeSet<Integer> dirty = new TreeSet<>();

        /** What some dirty sectors held between two writes: the later one may not have reached the disk yet. */
        final Map<Integer, byte[]> between = new HashMap<>();

        boolean syncFailed;
    }

    /** A change of names in a directory that is not durable yet. */
    private record NameChange(Path directory, Runnable apply) {}

    private static final AtomicLong MADE = new AtomicLong();

    private final long number = MADE.incrementAndGet();
    private final Random random;
    private final Map<Path, Inode> names = new TreeMap<>();
    private final Map<Path, Inode> durableNames = new TreeMap<>();
    private final List<NameChange> unforcedNames = new ArrayList<>();
    private final TreeSet<Path> locked = new TreeSet<>();
    private long life;
    private int operations;
    private int dieAt = -1;
    private boolean dead;
    private long capacity = Long.MAX_VALUE;
    private int failForces;
    private @Nullable Error forcesThrow;
    private int failWrites;
    private String writesFailAs = FAILURE;
    private int failCreates;
    private int lies;

    SimDisk(long seed) {
        this.random = new Random(seed);
    }

    // ---- what a test does to it ----

    /** Lets the process die at its {@code nth} change from now, which happens in part or not at all. */
    synchronized void dieAt(int nth) {
        dieAt = operations + nth;
    }

    /** How many changes were made. */
    synchronized int operations() {
        return operations;
    }

    synchronized void failForces(int next) {
        failForces = next;
    }

    /** Throws {@code defect} from every sync from now on, as nothing should; null ends that. */
    synchronized void throwFromForces(@Nullable Error defect) {
        forcesThrow = defect;
    }

    synchronized void failWrites(int next) {
        failWrites = next;
        writesFailAs = FAILURE;
    }

    /** As a file system does that never writes in place. */
    synchronized void failWritesAsFull(int next) {
        failWrites = next;
        writesFailAs = "No space left on device";
    }

    synchronized void failCreates(int next) {
        failCreates = next;
    }

    /** Says of the next syncs of a file or a directory that they are done, and does nothing. */
    synchronized void lie(int next) {
        lies = next;
    }

    /** Gives the disk room for so many bytes more than it holds. */
    synchronized void room(long bytes) {
        capacity = bytes == Long.MAX_VALUE ? bytes : used() + bytes;
    }

    /** The process ends; the system keeps what it wrote. */
    synchronized void kill() {
        life++;
        dead = false;
        dieAt = -1;
        locked.clear();
        failForces = 0;
        forcesThrow = null;
        failWrites = 0;
        failCreates = 0;
        lies = 0;
        // the next process knows nothing of a failed sync, and the system has forgotten it too
        names.values().forEach(inode -> inode.syncFailed = false);
    }

    /** The power fails: of what was not forced, anything may be left. */
    synchronized void powerFailure() {
        kill();
        for (NameChange change : unforcedNames) {
            if (random.nextBoolean()) {
                change.apply.run();
            }
        }
        unforcedNames.clear();
        names.clear();
        names.putAll(durableNames);
        for (Inode inode : new LinkedHashSet<>(names.values())) {
            loseUnforced(inode);
        }
    }

    private void loseUnforced(Inode inode) {
        byte[] left = random.nextBoolean() || inode.dirty.isEmpty()
                ? inode.durable.clone()
                : Arrays.copyOf(inode.durable, Math.max(inode.durable.length, inode.now.length));
        for (int sector : inode.dirty) {
            int from = sector * SECTOR;
            if (from < left.length && from < inode.now.length && random.nextInt(3) > 0) {
                int count = Math.min(SECTOR, Math.min(left.length, inode.now.length) - from);
                byte[] between = random.nextInt(3) > 0 ? null : inode.between.get(sector);
                if (between == null) {
                    System.arraycopy(inode.now, from, left, from, count);
                } else {
                    System.arraycopy(between, 0, left, from, Math.min(count, between.length));
                }
            }
        }
        inode.between.clear();
        inode.now = left;
        inode.durable = left.clone();
        inode.dirty.clear();
        inode.syncFailed = false;
    }

    /** The bytes of a file. */
    synchronized byte[] bytes(Path file) {
        return find(file).now.clone();
    }

    /** Puts other bytes into a file, durably. */
    synchronized void replaceBytes(Path file, byte[] bytes) {
        Inode inode = names.computeIfAbsent(file, name -> new Inode());
        durableNames.put(file, inode);
        inode.now = bytes.clone();
        inode.durable = bytes.clone();
        inode.dirty.clear();
    }

    synchronized List<Path> files() {
        return List.copyOf(names.keySet());
    }

    // ---- what a store does to it ----

    @Override
    public void createDirectories(Path directory) {
        // directories are durable as soon as they exist, as the interface says
    }

    @Override
    public synchronized List<String> list(Path directory) {
        TreeSet<String> found = new TreeSet<>();
        for (Path file : names.keySet()) {
            if (file.startsWith(directory) && !file.equals(directory)) {
                found.add(file.getName(directory.getNameCount()).toString());
            }
        }
        return List.copyOf(found);
    }

    @Override
    public synchronized SegmentFile create(Path file) throws IOException {
        if (names.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        if (failCreates > 0) {
            failCreates--;
            throw new IOException(FAILURE);
        }
        change();
        Inode inode = new Inode();
        names.put(file, inode);
        unforced(file, () -> durableNames.put(file, inode));
        return new SimFile(inode, true);
    }

    @Override
    public synchronized SegmentFile open(Path file, boolean writable) throws IOException {
        if (!names.containsKey(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new SimFile(names.get(file), writable);
    }

    @Override
    public synchronized void replace(Path from, Path to) throws IOException {
        change();
        Inode inode = find(from);
        names.put(to, inode);
        names.remove(from);
        unforced(to, () -> {
            durableNames.put(to, inode);
            durableNames.remove(from);
        });
    }

    @Override
    public synchronized void delete(Path file) {
        if (names.containsKey(file)) {
            change();
            names.remove(file);
            unforced(file, () -> durableNames.remove(file));
        }
    }

    @Override
    public synchronized void forceDirectory(Path directory) {
        change();
        if (lies > 0) {
            lies--;
            return;
        }
        unforcedNames.stream()
                .filter(change -> change.directory.equals(directory))
                .forEach(change -> change.apply.run());
        unforcedNames.removeIf(change -> change.directory.equals(directory));
    }

    private void unforced(Path file, Runnable apply) {
        unforcedNames.add(new NameChange(file.getParent(), apply));
    }

    @Override
    public synchronized long usableBytes(Path directory) {
        return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - used());
    }

    @Override
    public String kind(Path directory) {
        return "sim";
    }

    @Override
    public Path canonical(Path directory) {
        return directory.resolve("disk-" + number);
    }

    @Override
    public synchronized Object identity(Path file) throws IOException {
        Inode inode = names.get(file);
        if (inode == null && names.keySet().stream().noneMatch(name -> name.startsWith(file))) {
            throw new NoSuchFileException(file.toString());
        }
        return inode == null ? file : inode;
    }

    @Override
    public synchronized Optional<Closeable> lock(Path file) {
        if (!locked.add(file)) {
            return Optional.empty();
        }
        long mine = life;
        return Optional.of(() -> {
            synchronized (this) {
                if (mine == life) {
                    locked.remove(file);
                }
            }
        });
    }

    /** Counts a change; the process does not get past its last one. */
    private void change() {
        if (dead) {
            throw new Death();
        }
        operations++;
        if (operations == dieAt) {
            dead = true;
            throw new Death();
        }
    }

    private Inode find(Path file) {
        Inode inode = names.get(file);
        if (inode == null) {
            throw new IllegalArgumentException("no file " + file);
        }
        return inode;
    }

    private long used() {
        return names.values().stream().mapToLong(inode -> inode.now.length).sum();
    }

    private final class SimFile implements SegmentFile {
        private final Inode inode;
        private final boolean writable;
        private final long opened = life;

        SimFile(Inode inode, boolean writable) {
            this.inode = inode;
            this.writable = writable;
        }

        @Override
        public void write(ByteBuffer from, long at) throws IOException {
            synchronized (SimDisk.this) {
                if (!writable || opened != life) {
                    throw new AssertionError("a file is written that was not opened for it");
                }
                if (inode.syncFailed) {
                    throw new AssertionError("a file is written whose sync has failed");
                }
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                try {
                    change();
                } catch (Death death) {
                    put(bytes, (int) at, random.nextInt(bytes.length + 1));
                    throw death;
                }
                if (failWrites > 0) {
                    failWrites--;
                    put(bytes, (int) at, random.nextInt(bytes.length + 1));
                    throw new IOException(writesFailAs);
                }
                long growth = Math.max(0, at + bytes.length - inode.now.length);
                if (used() + growth > capacity) {
                    long fits = Math.max(0, bytes.length - (used() + growth - capacity));
                    put(bytes, (int) at, (int) fits);
                    throw new IOException("No space left on device");
                }
                put(bytes, (int) at, bytes.length);
            }
        }

        private void put(byte[] bytes, int at, int count) {
            if (count == 0) {
                return;
            }
            if (at + count > inode.now.length) {
                inode.now = Arrays.copyOf(inode.now, at + count);
            }
            for (int sector = at / SECTOR; sector <= (at + count - 1) / SECTOR; sector++) {
                if (!inode.dirty.add(sector) && random.nextBoolean()) {
                    int from = sector * SECTOR;
                    int to = Math.min(from + SECTOR, inode.now.length);
                    inode.between.put(sector, Arrays.copyOfRange(inode.now, from, to));
                }
            }
            System.arraycopy(bytes, 0, inode.now, at, count);
        }

        @Override
        public int read(ByteBuffer into, long at) {
            synchronized (SimDisk.this) {
                int count = (int) Math.min(into.remaining(), inode.now.length - at);
                if (count <= 0) {
                    return -1;
                }
                into.put(inode.now, (int) at, count);
                return count;
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synchronized (SimDisk.this) {
                if (inode.syncFailed) {
                    throw new AssertionError("a file is synced again whose sync has failed");
                }
                change();
                if (forcesThrow != null) {
                    throw forcesThrow;
                }
                if (failForces > 0) {
                    failForces--;
                    // the pages count as written from now on, though they are not
                    inode.dirty.clear();
                    inode.syncFailed = true;
                    throw new IOException(FAILURE);
                }
                if (lies > 0) {
                    lies--;
                    return;
                }
                byte[] durable = Arrays.copyOf(inode.durable, inode.now.length);
                for (int sector : inode.dirty) {
                    int from = sector * SECTOR;
                    if (from < inode.now.length) {
                        System.arraycopy(inode.now, from, durable, from, Math.min(SECTOR, inode.now.length - from));
                    }
                }
                inode.durable = durable;
                inode.dirty.clear();
                inode.between.clear();
            }
        }

        @Override
        public void truncate(long length) {
            synchronized (SimDisk.this) {
                change();
                if (length < inode.now.length) {
                    inode.now = Arrays.copyOf(inode.now, (int) length);
                    inode.dirty.add((int) (length / SECTOR));
                }
            }
        }

        @Override
        public long length() {
            return inode.now.length;
        }

        @Override
        public void close() {}
    }
}
