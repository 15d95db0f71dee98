// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The segment that is being written. Its {@linkplain Indexed#end() end} moves only with what has been forced. */
final class ActiveSegment implements AutoCloseable {
    private final SegmentFile file;
    private final Indexed indexed;
    private long written;

    ActiveSegment(SegmentFile file, Indexed indexed) {
        this.file = file;
        this.indexed = indexed;
    }

    long id() {
        return indexed.header.segment();
    }

    /** Where the next frame goes. */
    WalPosition position() {
        return new WalPosition(id(), end());
    }

    long end() {
        return indexed.end();
    }

    /** Puts a frame behind the others. It does not count before {@link #force}. */
    void write(ByteBuffer[] frame, Gather gather) throws IOException {
        written = gather.write(file, frame, SegmentHeader.LENGTH + end()) - SegmentHeader.LENGTH;
    }

    /** Makes what was written durable, and the end of the segment. If it fails, the file must not be used again. */
    void force() throws IOException {
        file.force(false);
        indexed.extend(written);
    }

    /** Cuts off what an append left that was not finished. */
    void cutBack() throws IOException {
        file.truncate(SegmentHeader.LENGTH + end());
    }

    /** Ends the segment at the last forced byte. */
    void seal() {
        indexed.seal(end());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
