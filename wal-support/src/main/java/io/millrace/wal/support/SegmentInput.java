// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The frames of one segment, as bytes that can be read at any place. Offsets count from the first frame, so that the
 * segment's header is not part of them.
 *
 * @since 0.1
 */
public interface SegmentInput {
    /** The segment's id, as its frames must carry it. */
    long segment();

    /** How many bytes of frames there may be: the sealed length, or what the medium holds. */
    long length();

    /**
     * Whether the medium held another segment here before: what lies behind the frames may then be anything, and is not
     * taken for the rest of an append unless a frame's header says so.
     */
    default boolean recycled() {
        return false;
    }

    /**
     * Fills {@code into} from {@code offset}, as far as there are bytes.
     *
     * @return how many bytes were read; 0 at the end or beyond it
     */
    int read(long offset, ByteBuffer into) throws IOException;
}
