// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.JournaledDevice.Change;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

/**
 * What a device may hold after its power was cut: all that was flushed, and of what was written since then any sectors.
 * States are asked for in the order of their time, so that what was flushed is written once.
 */
final class PowerCuts implements AutoCloseable {
    private static final int SECTOR = 512;

    private final List<Change> changes;
    private final Path flushed;
    private final FileChannel flushedBytes;
    private int applied;

    PowerCuts(Path empty, List<Change> changes) throws IOException {
        this.changes = changes;
        this.flushed = empty.resolveSibling("flushed");
        Files.move(empty, flushed, StandardCopyOption.REPLACE_EXISTING);
        this.flushedBytes = FileChannel.open(flushed, StandardOpenOption.WRITE);
    }

    /** Writes the state of a cut right after a change to a file, and says how long the journal was then. */
    long state(int change, Random random, Path image) throws IOException {
        int flush = change;
        while (flush >= applied && changes.get(flush).write()) {
            flush--;
        }
        for (; applied <= flush; applied++) {
            write(flushedBytes, changes.get(applied), null);
        }
        JournaledDevice.run("cp", "--sparse=always", flushed.toString(), image.toString());
        try (FileChannel bytes = FileChannel.open(image, StandardOpenOption.WRITE)) {
            for (int late = applied; late <= change; late++) {
                switch (random.nextInt(3)) {
                    case 0 -> write(bytes, changes.get(late), null);
                    case 1 -> write(bytes, changes.get(late), random);
                    default -> {} // none of it arrived
                }
            }
        }
        return changes.get(change).end();
    }

    /** Writes all of a change, or each of its sectors by chance. */
    private static void write(FileChannel image, Change change, Random chance) throws IOException {
        if (chance == null) {
            write(image, change, 0, change.data().length);
            return;
        }
        for (int from = 0; from < change.data().length; from += SECTOR) {
            if (chance.nextBoolean()) {
                write(image, change, from, Math.min(SECTOR, change.data().length - from));
            }
        }
    }

    private static void write(FileChannel image, Change change, int from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(change.data(), from, length);
        long at = change.offset() + from;
        while (bytes.hasRemaining()) {
            at += image.write(bytes, at);
        }
    }

    @Override
    public void close() throws IOException {
        flushedBytes.close();
    }
}
