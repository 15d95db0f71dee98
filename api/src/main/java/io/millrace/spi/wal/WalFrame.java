// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import java.nio.ByteBuffer;

/**
 * Bytes to append that carry their own position under their checksum, so that a recycled or misplaced copy of them is
 * never believed. The store asks for the bytes when it knows where they go, and asks again if it must put them
 * elsewhere (a new segment after an error).
 *
 * @since 0.1
 */
public interface WalFrame {
    /** How many bytes {@link #encode} returns, always the same. */
    int length();

    /**
     * The bytes for this position. The buffers stay unchanged until the append completes or {@code encode} is called
     * again; the store may move their positions, not write them.
     */
    ByteBuffer[] encode(WalPosition at);
}
