// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Sixteen bytes that whoever lacks the key cannot make: the tag at the end of an envelope, or what a log is known by.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record Tag(long high, long low) {
    /** How many bytes it has. */
    public static final int BYTES = 16;

    /** What stands for the tag of an entry that has none, or is not there. */
    public static final Tag NONE = new Tag(0, 0);

    /** The tag that an envelope ends with. */
    public static Tag endOf(byte[] bytes, int from, int length) {
        return at(ByteBuffer.wrap(bytes), from + length - BYTES);
    }

    /** The tag that an envelope ends with: the bytes before the buffer's position. */
    public static Tag before(ByteBuffer envelope) {
        return at(envelope, envelope.position() - BYTES);
    }

    static Tag at(ByteBuffer bytes, int at) {
        return new Tag(bytes.getLong(at), bytes.getLong(at + Long.BYTES));
    }

    /** One that there is nowhere else. */
    public static Tag random() {
        SecureRandom random = new SecureRandom();
        return new Tag(random.nextLong(), random.nextLong());
    }

    void put(ByteBuffer into) {
        into.putLong(high).putLong(low);
    }
}
