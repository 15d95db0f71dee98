// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a log, also while it is written. Thread-safe.
 *
 * @since 0.1
 */
public interface WalReader extends AutoCloseable {
    /** The segments that exist now, in order. */
    List<Segment> segments() throws WalException;

    /**
     * Fills {@code into} from a segment, starting at {@code offset}, as far as the segment goes.
     *
     * @return how many bytes were read; 0 at or beyond the segment's end
     * @throws WalException {@code TRIMMED} if the segment was freed, {@code CORRUPT} if it is missing
     */
    int read(long segment, long offset, ByteBuffer into) throws WalException;

    @Override
    void close();

    /**
     * A segment.
     *
     * @param id see {@link WalPosition#segment()}
     * @param length how many bytes of frames it has, or may have if it is not sealed
     * @param sealed whether the length is final: all frames up to it were acknowledged, or might have been
     */
    record Segment(long id, long length, boolean sealed) {}
}
