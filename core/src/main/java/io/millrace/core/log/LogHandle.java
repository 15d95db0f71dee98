// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.spi.wal.WalPosition;

/**
 * Where an entry is, and what it must be: enough to read it from the log, on this machine or another, and to know that
 * it is the one.
 *
 * @param at the first byte of the payload
 * @param length the payload's length
 * @param crc32c the payload's CRC-32C
 */
public record LogHandle(WalPosition at, int length, int crc32c) {
    /** Appends the handle in its durable format. */
    public void encode(ByteWriter out) {
        at.encode(out);
        out.writeVarint(length);
        out.writeInt(crc32c);
    }

    /** Reads what {@link #encode} wrote. */
    public static LogHandle decode(ByteReader in) {
        return new LogHandle(WalPosition.decode(in), in.readVarint32(), in.readInt());
    }
}
