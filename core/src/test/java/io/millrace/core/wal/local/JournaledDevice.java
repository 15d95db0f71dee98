// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file system of the kernel on a block device that keeps, in order, what was written and flushed to it: nbdkit with the
 * plug-in beside this class, seen as a file through FUSE and mounted by a loop device. Needs root.
 *
 * <p>Not safe for use by several threads, {@link #journalBytes} apart.
 */
final class JournaledDevice implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final int WRITE = 1;

    private final Path directory;
    private final Path mount;
    private final List<Process> servers = new ArrayList<>();

    private JournaledDevice(Path directory) {
        this.directory = directory;
        this.mount = directory.resolve("mount");
    }

    /** What such a device needs and is not here, if anything. */
    static String missing(String fileSystem) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "the rights of root, to mount a file system";
        }
        return Stream.of("nbdkit", "nbdfuse", "fusermount3", "mount", "mkfs." + fileSystem)
                .filter(tool -> Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
                .findFirst()
                .map(tool -> tool + " (Debian: nbdkit nbdkit-plugin-python libnbd-bin fuse3 e2fsprogs xfsprogs)")
                .orElse("");
    }

    /** Makes an empty file system and mounts it. */
    static JournaledDevice create(Path directory, String fileSystem, long bytes) throws IOException {
        JournaledDevice device = new JournaledDevice(directory);
        Files.createDirectories(device.mount);
        Path fuse = Files.createDirectories(directory.resolve("fuse"));
        Path plugin = directory.resolve("journal.py");
        try (InputStream source = JournaledDevice.class.getResourceAsStream("journal.py")) {
            Files.copy(source, plugin);
        }
        run("truncate", "-s", String.valueOf(bytes), device.image().toString());
        run("mkfs." + fileSystem, "-q", device.image().toString());
        run("cp", "--sparse=always", device.image().toString(), device.empty().toString());
        Files.createFile(device.journal());
        Path socket = directory.resolve("socket");
        device.serve(
                "nbdkit",
                "-f",
                "-U",
                socket.toString(),
                "python",
                plugin.toString(),
                "image=" + device.image(),
                "journal=" + device.journal());
        await().atMost(START).until(() -> Files.exists(socket));
        device.serve("nbdfuse", fuse.toString(), "--unix", socket.toString());
        Path block = fuse.resolve("nbd");
        await().atMost(START).until(() -> Files.exists(block));
        run("mount", "-o", "loop", block.toString(), device.mount.toString());
        return device;
    }

    private void serve(String... command) throws IOException {
        servers.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(command[0] + ".log").toFile())
                .start());
    }

    /** Where the file system is mounted. */
    Path files() {
        return mount;
    }

    /** How long the journal is by now: a state that keeps so much of it has all that was flushed before. */
    long journalBytes() {
        try {
            return Files.size(journal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The device as it was before it was mounted for the first time. */
    Path empty() {
        return directory.resolve("empty");
    }

    private Path image() {
        return directory.resolve("image");
    }

    private Path journal() {
        return directory.resolve("journal");
    }

    /** All that has been done to the device, once it is closed. */
    List<Change> changes() throws IOException {
        List<Change> changes = new ArrayList<>();
        long left = Files.size(journal());
        long end = 0;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(journal())))) {
            while (left > 0) {
                boolean write = in.readByte() == WRITE;
                long offset = in.readLong();
                byte[] data = in.readNBytes(in.readInt());
                left -= 13 + data.length;
                end += 13 + data.length;
                changes.add(new Change(end, write, offset, data));
            }
        }
        return changes;
    }

    /**
     * A write or a flush.
     *
     * @param end how long the journal was after it
     * @param write whether something was written; else all that was written before was flushed
     * @param offset where
     * @param data what
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Change(long end, boolean write, long offset, byte[] data) {}

    @Override
    public void close() throws IOException {
        run("umount", mount.toString());
        run("fusermount3", "-u", directory.resolve("fuse").toString());
        for (Process server : servers) {
            server.destroy();
            server.onExit().join();
        }
    }

    /** Runs a command that must succeed. */
    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.strip());
        }
    }
}
