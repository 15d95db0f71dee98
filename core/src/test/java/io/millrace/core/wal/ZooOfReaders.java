// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Stores whose readers break one thing each. */
final class ZooOfReaders {
    private ZooOfReaders() {}

    /** A reader that works; what extends it breaks one thing. */
    static class Reader implements WalReader {
        final WalReader right;

        Reader(WalReader right) {
            this.right = right;
        }

        @Override
        public List<Segment> segments() {
            return right.segments();
        }

        @Override
        public int read(long segment, long offset, ByteBuffer into) {
            return right.read(segment, offset, into);
        }

        @Override
        public void close() {
            right.close();
        }
    }

    /** Shows bytes behind the last frame of what is sealed, as a file would that was not cut. */
    static class ShowsTornBytes extends ZooKit {
        @Override
        WalReader reading(WalReader right) {
            return new Reader(right) {
                @Override
                public int read(long segment, long offset, ByteBuffer into) {
                    int read = super.read(segment, offset, into);
                    boolean sealed = right.segments().stream().anyMatch(one -> one.id() == segment && one.sealed());
                    if (sealed && read == 0 && into.hasRemaining()) {
                        into.put((byte) 0);
                        return 1;
                    }
                    return read;
                }
            };
        }
    }

    /** Sees what was there when it was opened. */
    static class SeesThePast extends ZooKit {
        @Override
        WalReader reading(WalReader right) {
            List<WalReader.Segment> then = right.segments();
            return new Reader(right) {
                @Override
                public int read(long segment, long offset, ByteBuffer into) {
                    long length = then.stream()
                            .filter(one -> one.id() == segment)
                            .mapToLong(WalReader.Segment::length)
                            .findFirst()
                            .orElse(Long.MAX_VALUE);
                    boolean there = then.stream().anyMatch(one -> one.id() == segment);
                    boolean since = !there && right.segments().stream().anyMatch(one -> one.id() == segment);
                    if (since || offset >= length) {
                        return 0;
                    }
                    return super.read(segment, offset, into);
                }
            };
        }
    }

    static class CallsTrimmedCorrupt extends ZooKit {
        @Override
        WalReader reading(WalReader right) {
            return new Reader(right) {
                @Override
                public int read(long segment, long offset, ByteBuffer into) {
                    try {
                        return super.read(segment, offset, into);
                    } catch (WalException e) {
                        throw e.reason() == Reason.TRIMMED ? new WalException(Reason.CORRUPT, e.getMessage()) : e;
                    }
                }
            };
        }
    }

    static class DiesOfInterrupts extends ZooKit {
        @Override
        WalReader reading(WalReader right) {
            return new Reader(right) {
                @Override
                public int read(long segment, long offset, ByteBuffer into) {
                    if (Thread.currentThread().isInterrupted()) {
                        right.close();
                    }
                    return super.read(segment, offset, into);
                }
            };
        }
    }
}
