// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.encryption.DataKeys;
import io.millrace.core.encryption.Link;
import io.millrace.core.encryption.Sealer;
import io.millrace.core.encryption.Tag;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.support.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The entries of one frame, encrypted for the place that the frame goes to: done when the store asks for the frame's
 * bytes, and done anew if it asks for another place. Checksums are of what is encrypted, so that whoever looks for
 * damage needs no key.
 */
final class SealedEntries {
    private static final int SMALLEST = 16 << 10;

    private final String log;
    private final Tag identity;
    private final Sealer sealer;
    private final long kept;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /**
     * Room for the entries of a frame.
     *
     * @param identity what the log is known by
     * @param kept a buffer larger than this is not used again
     */
    SealedEntries(String log, Tag identity, DataKeys keys, long kept) {
        this.log = log;
        this.identity = identity;
        this.sealer = keys.sealer();
        this.kept = kept;
    }

    /** Both in one number, which is authenticated. */
    static long kind(int type, int stream) {
        return (long) type << Integer.SIZE | Integer.toUnsignedLong(stream);
    }

    static int type(long kind) {
        return (int) (kind >> Integer.SIZE);
    }

    /**
     * Replaces what the encoder holds by the entries as they are at {@code frame}, and tells them their checksums.
     *
     * @param previous the tag of the entry before them
     * @return the tag of the last one
     */
    Tag encode(List<Entry> entries, WalPosition frame, Tag previous, FrameEncoder encoder) {
        Tag tag = previous;
        WalPosition at = frame.plus(encoder.payloadStart());
        encoder.clear();
        makeRoom(entries);
        int from = 0;
        for (Entry entry : entries) {
            ByteBuffer sealed = buffer.slice(from, entry.length);
            Link link = new Link(identity, tag);
            sealer.seal(kind(entry.type, entry.stream), link, new EntryPlace(log, at), entry.payload, sealed);
            tag = Tag.before(sealed);
            CRC32C crc = new CRC32C();
            crc.update(sealed.rewind());
            entry.crc = (int) crc.getValue();
            encoder.add(entry.type, entry.stream, entry.length, entry.crc, sealed.rewind());
            from += entry.length;
            at = at.plus(entry.length);
        }
        return tag;
    }

    private void makeRoom(List<Entry> entries) {
        int needed = 0;
        for (Entry entry : entries) {
            needed = Math.addExact(needed, entry.length);
        }
        if (needed > buffer.capacity()) {
            long roomy = Math.min(kept, Math.max(SMALLEST, 2L * needed));
            buffer = ByteBuffer.allocate((int) Math.max(needed, roomy));
        }
    }

    /** The frame is done with. */
    void release() {
        if (buffer.capacity() > kept) {
            buffer = ByteBuffer.allocate(0);
        }
    }
}
