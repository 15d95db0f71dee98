// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalException;
import io.millrace.wal.support.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One append on its way. Made, and its checksum computed, on the appender's thread, so that the committer's thread
 * never touches a payload.
 */
final class Entry {
    final int type;
    final int stream;
    final int length;

    /** Of what the log holds: an entry that is encrypted has it when its frame is made. */
    int crc;

    final ByteBuffer[] payload;
    final AppendCallback callback;

    /** Set if the entry never gets as far as the store. */
    @Nullable
    WalException refusal;

    /**
     * An entry.
     *
     * @param overhead how many bytes encryption adds to it; 0 if there is none
     */
    Entry(int type, int stream, int overhead, AppendCallback callback, ByteBuffer... given) {
        CRC32C checksum = new CRC32C();
        ByteBuffer[] views = new ByteBuffer[given.length];
        long bytes = 0;
        for (int i = 0; i < given.length; i++) {
            // a view: the caller's own position stays, and others may read the same buffer meanwhile
            views[i] = given[i].slice();
            bytes += views[i].remaining();
            if (overhead == 0) {
                checksum.update(views[i]);
            }
        }
        this.type = type;
        this.stream = stream;
        this.length = Math.toIntExact(bytes + overhead);
        this.crc = (int) checksum.getValue();
        this.payload = views;
        this.callback = callback;
    }

    /** What the entry adds to a frame. */
    long size() {
        return (long) length + FrameEncoder.ENTRY_OVERHEAD;
    }
}
