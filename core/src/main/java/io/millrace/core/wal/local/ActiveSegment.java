// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.wal.local.SegmentFs.SegmentFile;
import io.millrace.core.wal.local.SegmentIndex.Indexed;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The segment that is being written. Its {@linkplain Indexed#end() end} moves only with what has been forced. */
final class ActiveSegment implements AutoCloseable {
    private final SegmentFile file;
    private final Indexed indexed;

    ActiveSegment(SegmentFile file, Indexed indexed) {
        this.file = file;
        this.indexed = indexed;
    }

    long id() {
        return indexed.header.segment();
    }

    long end() {
        return indexed.end();
    }

    /** Puts a frame behind the others, durably; false means that nothing is known about its bytes. */
    void append(ByteBuffer[] frame, Gather gather) throws IOException {
        long to = gather.write(file, frame, SegmentHeader.LENGTH + end());
        file.force(false);
        indexed.extend(to - SegmentHeader.LENGTH);
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
