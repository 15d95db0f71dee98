// SPDX-License-Identifier: Apache-2.0
package io.millrace.listener.eventlog;

import io.millrace.spi.plugin.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A file that is appended to and, when it is full, renamed to make room for a new one. Keeps the lines of earlier runs; a
 * write that fails half-way is taken back. Not thread-safe.
 */
final class RollingFile implements AutoCloseable {
    private static final byte LINE_END = '\n';

    private final Path path;
    private final long maxSize;
    private final int keep;
    private FileChannel channel;
    private long size;

    RollingFile(Path path, long maxSize, int keep) throws IOException {
        this.path = path;
        this.maxSize = maxSize;
        this.keep = keep;
        Path folder = path.getParent();
        if (folder != null) {
            Files.createDirectories(folder, PrivateFiles.directory(folder));
        }
        this.channel = open();
        this.size = channel.size();
        endLine();
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PrivateFiles.file(path));
    }

    /** Ends a line that a process died over. */
    private void endLine() throws IOException {
        if (size > 0) {
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.read(last, size - 1);
            if (last.get(0) != LINE_END) {
                write(ByteBuffer.wrap(new byte[] {LINE_END}));
            }
        }
    }

    /** Appends a line, which ends with a line end. */
    void append(ByteBuffer line) throws IOException {
        if (size > 0 && size + line.remaining() > maxSize) {
            roll();
        }
        write(line);
    }

    private void write(ByteBuffer bytes) throws IOException {
        long at = size;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
            size = at;
        } catch (IOException e) {
            channel.truncate(size);
            throw e;
        }
    }

    private void roll() throws IOException {
        channel.close();
        if (keep == 0) {
            Files.deleteIfExists(path);
        } else {
            for (int n = keep - 1; n >= 0; n--) {
                if (Files.exists(numbered(n))) {
                    Files.move(numbered(n), numbered(n + 1), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        channel = open();
        size = channel.size();
    }

    private Path numbered(int n) {
        return n == 0 ? path : path.resolveSibling(path.getFileName() + "." + n);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
