// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.wal.support.SegmentHeader;

/** A segment of a log's chain. Its end moves only with what is durable. */
final class Segment {
    private final SegmentHeader header;
    private final String path;
    private volatile long end;
    private volatile boolean sealed;

    Segment(SegmentHeader header, String path, long end) {
        this.header = header;
        this.path = path;
        this.end = end;
    }

    SegmentHeader header() {
        return header;
    }

    long id() {
        return header.segment();
    }

    String path() {
        return path;
    }

    long end() {
        return end;
    }

    boolean sealed() {
        return sealed;
    }

    void extend(long to) {
        end = to;
    }

    void seal(long at) {
        end = at;
        sealed = true;
    }
}
