// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * The limit of a log whose blocks come by the clock: a file full of zeros to which one thread writes whatever has come by
 * now, all of it at once, and syncs it. Nobody hands anything over, so that there is nothing but the disk to wait for.
 */
final class BareGroups {
    private static final int LARGEST = 16 << 20;

    private BareGroups() {}

    /** So many bytes in blocks that come at that rate. */
    static LogFigures run(Path directory, int block, long bytes, double mibPerSecond) throws IOException {
        int blocks = (int) (bytes / block);
        double nanosPerBlock = 1e9 * block / (mibPerSecond * (1 << 20));
        Path file = Files.createTempFile(directory, "millrace-bare", ".dat");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer from = ByteBuffer.allocateDirect(LARGEST);
            for (long at = 0; at < bytes; at += LARGEST) {
                BareFile.write(channel, from, at, (int) Math.min(LARGEST, bytes - at));
            }
            channel.force(true);
            LogFigures.fill(from);
            long[] took = new long[blocks];
            long syncs = 0;
            LogFigures.Watch watch = LogFigures.watch();
            for (int done = 0; done < blocks; syncs++) {
                int due =
                        awaitBlocks(watch.begunNanos(), nanosPerBlock, done, Math.min(blocks, done + LARGEST / block));
                BareFile.write(channel, from, (long) done * block, (due - done) * block);
                channel.force(false);
                long durable = System.nanoTime() - watch.begunNanos();
                for (; done < due; done++) {
                    took[done] = durable - (long) (done * nanosPerBlock);
                }
            }
            return watch.figures((long) blocks * block, syncs, took);
        } finally {
            Files.delete(file);
        }
    }

    /** How many blocks have come by now, but no more than {@code most}; waits for one at least. */
    private static int awaitBlocks(long begun, double nanosPerBlock, int done, int most) {
        long left = (long) (done * nanosPerBlock) - (System.nanoTime() - begun);
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = (long) (done * nanosPerBlock) - (System.nanoTime() - begun);
        }
        return Math.min(most, 1 + (int) ((System.nanoTime() - begun) / nanosPerBlock));
    }
}
