// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads logs as the kit does: all of what is asked for, or it is a failure. */
final class KitReader {
    private KitReader() {}

    /** The log's segments hold these frames, one behind the other, and nothing else that would be read. */
    static void assertHolds(WalStore store, String log, List<Acknowledged> frames) {
        try (WalReader reader = store.reader(log)) {
            List<WalReader.Segment> segments = reader.segments();
            assertThat(segments.stream().map(segment -> new WalPosition(segment.id(), 0)))
                    .isSorted();
            for (Acknowledged frame : frames) {
                ByteBuffer into = ByteBuffer.allocate(frame.bytes().length);
                fill(reader, frame.payload(), into);
                assertThat(into.array()).as("frame at %s", frame.frame()).isEqualTo(frame.bytes());
            }
            long bytes = segments.stream().mapToLong(WalReader.Segment::length).sum();
            long expected = frames.stream()
                    .mapToLong(frame -> new TestFrame(() -> WalPosition.START, ByteBuffer.wrap(frame.bytes())).length())
                    .sum();
            assertThat(bytes).as("the bytes of all segments").isEqualTo(expected);
        }
    }

    static byte[] read(WalStore store, String log, WalPosition at, int length) {
        try (WalReader reader = store.reader(log)) {
            ByteBuffer into = ByteBuffer.allocate(length);
            fill(reader, at, into);
            return into.array();
        }
    }

    static void fill(WalReader reader, WalPosition at, ByteBuffer into) {
        while (into.hasRemaining()) {
            int read = reader.read(at.segment(), at.offset() + into.position(), into);
            assertThat(read).as("bytes of %s", at.plus(into.position())).isPositive();
        }
    }

    static long length(WalStore store, String log, long segment) {
        try (WalReader reader = store.reader(log)) {
            return reader.segments().stream()
                    .filter(found -> found.id() == segment)
                    .findFirst()
                    .orElseThrow()
                    .length();
        }
    }
}
