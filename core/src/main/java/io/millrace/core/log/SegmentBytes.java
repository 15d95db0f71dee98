// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalReader;
import io.millrace.wal.support.SegmentInput;
import java.nio.ByteBuffer;

/** A segment of a log as the frames' scanner wants it. */
record SegmentBytes(WalReader reader, long segment, long length) implements SegmentInput {
    @Override
    public int read(long offset, ByteBuffer into) {
        return reader.read(segment, offset, into);
    }
}
