// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The table of a frame's entries, which stands between the frame's header and the payloads (LF-22): 16 bytes per entry
 * for length, checksum, type and stream. As it holds the payloads' checksums, its own checksum covers the whole body
 * without reading a payload again.
 */
final class EntryTable {
    /** The length of an entry in the table. */
    static final int ENTRY = 16;

    private EntryTable() {}

    static void put(ByteBuffer to, int at, int length, int crc, int type, int stream) {
        to.putInt(at, length);
        to.putInt(at + 4, crc);
        to.putInt(at + 8, type);
        to.putInt(at + 12, stream);
    }

    static int length(ByteBuffer from, int at) {
        return from.getInt(at);
    }

    static int crc(ByteBuffer from, int at) {
        return from.getInt(at + 4);
    }

    static int type(ByteBuffer from, int at) {
        return from.getInt(at + 8);
    }

    static int stream(ByteBuffer from, int at) {
        return from.getInt(at + 12);
    }

    static int checksum(byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, length);
        return (int) crc.getValue();
    }
}
