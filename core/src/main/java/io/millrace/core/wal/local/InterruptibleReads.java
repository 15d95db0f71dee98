// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that tasks read, which may be interrupted at any time. An interrupted read closes its channel for everybody;
 * this one opens it again, finishes the read, and leaves the thread's interrupt flag set.
 */
final class InterruptibleReads implements SegmentFs.SegmentFile {
    private final Path file;
    private volatile FileChannel channel;
    private volatile boolean closed;

    InterruptibleReads(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel used = channel;
                try {
                    return used.read(into, at);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    reopen(used, e);
                } catch (ClosedChannelException e) {
                    reopen(used, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(FileChannel used, ClosedChannelException cause) throws IOException {
        if (closed) {
            throw cause;
        }
        if (channel == used) {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        }
    }

    @Override
    public long length() throws IOException {
        return channel.size();
    }

    @Override
    public void write(ByteBuffer from, long at) {
        throw new UnsupportedOperationException("opened for reading: " + file);
    }

    @Override
    public void force(boolean metadata) {
        throw new UnsupportedOperationException("opened for reading: " + file);
    }

    @Override
    public void truncate(long length) {
        throw new UnsupportedOperationException("opened for reading: " + file);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }
}
