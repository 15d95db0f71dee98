// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records in a stream of bytes. One instance reads one connection, on one thread; it may keep state between
 * calls.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Framing {
    /**
     * Reads the next record.
     *
     * @param in buffered; blocks until there is more
     * @return its bytes; null at the end of the stream
     * @throws IOException if the stream fails, or what comes is no record: the connection is then given up
     */
    byte @Nullable [] next(InputStream in) throws IOException;

    /**
     * Lines that end in {@code \n} or {@code \r\n}, without their ends. What follows the last end is a line too.
     *
     * @param maxBytes how long a line is at most
     */
    static Framing lines(int maxBytes) {
        return in -> {
            byte[] line = until((byte) '\n', in, maxBytes);
            return line != null && line.length > 0 && line[line.length - 1] == '\r'
                    ? Arrays.copyOf(line, line.length - 1)
                    : line;
        };
    }

    /**
     * Records that end in a byte, without it. What follows the last one is a record too.
     *
     * @param maxBytes how long a record is at most
     */
    static Framing delimitedBy(byte end, int maxBytes) {
        return in -> until(end, in, maxBytes);
    }

    /**
     * Records that follow their length, a big-endian {@code int}.
     *
     * @param maxBytes how long a record is at most
     */
    static Framing lengthPrefixed(int maxBytes) {
        return in -> {
            byte[] head = in.readNBytes(Integer.BYTES);
            if (head.length == 0) {
                return null;
            }
            int length = head.length < Integer.BYTES
                    ? Integer.MAX_VALUE
                    : ByteBuffer.wrap(head).getInt();
            if (head.length < Integer.BYTES) {
                throw new EOFException("the stream ends within the length of a record");
            } else if (length < 0 || length > maxBytes) {
                throw new IOException("a record says that it has " + Integer.toUnsignedString(length)
                        + " bytes, the most is " + maxBytes + ": the other side speaks another format, or raise"
                        + " 'max-record'");
            }
            byte[] record = in.readNBytes(length);
            if (record.length < length) {
                throw new EOFException(
                        "the stream ends within a record, after " + record.length + " of " + length + " bytes");
            }
            return record;
        };
    }

    private static byte @Nullable [] until(byte end, InputStream in, int maxBytes) throws IOException {
        byte[] record = new byte[64];
        int size = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if ((byte) next == end) {
                return Arrays.copyOf(record, size);
            }
            if (size == maxBytes) {
                throw new IOException("a record is longer than " + maxBytes + " bytes: the other side speaks another"
                        + " format, or raise 'max-record'");
            }
            if (size == record.length) {
                record = Arrays.copyOf(record, (int) Math.min(maxBytes, 2L * size));
            }
            record[size++] = (byte) next;
        }
        return size == 0 ? null : Arrays.copyOf(record, size);
    }
}
