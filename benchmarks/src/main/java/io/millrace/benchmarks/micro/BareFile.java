// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The limit that a log is held against: a file full of zeros, written from its beginning and synced after each write. */
final class BareFile {
    private BareFile() {}

    static LogFigures run(Path directory, int batch, long bytes) throws IOException {
        Path file = Files.createTempFile(directory, "millrace-bare", ".dat");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int writes = (int) Math.max(1, bytes / batch);
            ByteBuffer from = ByteBuffer.allocateDirect(batch);
            for (int i = 0; i < writes; i++) {
                write(channel, from, (long) i * batch, batch);
            }
            channel.force(true);
            LogFigures.fill(from);
            long[] took = new long[writes];
            LogFigures.Watch watch = LogFigures.watch();
            for (int i = 0; i < writes; i++) {
                long before = System.nanoTime();
                write(channel, from, (long) i * batch, batch);
                channel.force(false);
                took[i] = System.nanoTime() - before;
            }
            return watch.figures((long) writes * batch, writes, took);
        } finally {
            Files.delete(file);
        }
    }

    /** Writes so many bytes of a buffer's beginning. */
    static void write(FileChannel channel, ByteBuffer from, long at, int bytes) throws IOException {
        from.clear().limit(bytes);
        while (from.hasRemaining()) {
            channel.write(from, at + from.position());
        }
    }
}
