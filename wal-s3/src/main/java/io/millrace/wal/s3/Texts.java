// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.wal.s3.BucketException.Kind;
import java.nio.ByteBuffer;

/** Reads small objects whole. */
final class Texts {
    private static final int MOST = 1 << 20;

    private Texts() {}

    /**
     * The content of an object.
     *
     * @throws BucketException {@code ABSENT} if it does not exist
     */
    static byte[] read(Bucket bucket, String key) {
        Bucket.Stored stored = bucket.find(key);
        if (stored == null) {
            throw new BucketException(Kind.ABSENT, "object '" + key + "' does not exist", null);
        }
        ByteBuffer into = ByteBuffer.allocate((int) Math.min(MOST, stored.length()));
        while (into.hasRemaining() && bucket.read(key, into.position(), into) > 0) {
            // as much as there is
        }
        byte[] bytes = new byte[into.position()];
        into.get(0, bytes);
        return bytes;
    }
}
