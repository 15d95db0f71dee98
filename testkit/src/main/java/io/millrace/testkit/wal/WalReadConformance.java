// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.fill;
import static io.millrace.testkit.wal.KitReader.length;
import static io.millrace.testkit.wal.KitReader.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Reading, W-40 to W-44; part of {@link WalStoreConformance}.
 *
 * @since 0.1
 */
public abstract class WalReadConformance extends WalSegmentConformance {
    WalReadConformance() {}

    @Test
    public void required_wal_40_aReaderSeesWhatIsAcknowledgedWhileTheWriterGoesOn() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        boolean atOnce = store.capabilities().has(WalCapability.VISIBLE_BEFORE_SEAL);
        if (!atOnce) {
            refused("the store shows sealed segments only");
        }
        try (WalReader reader = store.reader("data")) {
            for (int i = 0; i < 50; i++) {
                Acknowledged frame = writer.append(new byte[] {(byte) i, 1, 2});
                if (!atOnce) {
                    writer.writer().roll();
                }
                ByteBuffer into = ByteBuffer.allocate(3);
                fill(reader, frame.payload(), into);
                assertThat(into.array()).isEqualTo(frame.bytes());
            }
        }
    }

    @Test
    public void required_wal_41_readingGoesAsFarAsTheSegment() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        WalPosition at = writer.append(new byte[1000]).frame();
        writer.writer().roll();
        writer.append(new byte[1000]);
        long length = length(store, "data", at.segment());
        try (WalReader reader = store.reader("data")) {
            ByteBuffer more = ByteBuffer.allocate((int) length + 5000);
            int read = reader.read(at.segment(), 0, more);
            assertThat(read).isPositive().isLessThanOrEqualTo((int) length).isEqualTo(more.position());
            assertThat(reader.read(at.segment(), length, ByteBuffer.allocate(10)))
                    .isZero();
            assertThat(reader.read(at.segment(), length + 1_000_000, ByteBuffer.allocate(10)))
                    .isZero();
            assertThat(reader.read(at.segment(), 0, ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    public void required_wal_42_whatIsGoneAndWhatNeverWasAreToldApart() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<Acknowledged> frames = appendInSegments(writer, 3, 1);
        writer.writer().trim(frames.get(1).frame());
        long never = WalPosition.segment(writer.writer().epoch(), 1_000_000);
        try (WalReader reader = store.reader("data")) {
            ByteBuffer into = ByteBuffer.allocate(10);
            assertFails(Reason.TRIMMED, () -> reader.read(frames.get(0).frame().segment(), 0, into));
            assertFails(Reason.CORRUPT, () -> reader.read(never, 0, into));
        }
    }

    @Test
    public void required_wal_43_manyReadAtOnceAndOneMayBeInterrupted() throws Exception {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<Acknowledged> frames = List.copyOf(appendInSegments(writer, 30, 5));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (WalReader reader = store.reader("data")) {
            List<Future<?>> reads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(i);
                boolean interrupted = i % 4 == 3;
                reads.add(threads.submit(() -> {
                    for (int j = 0; j < 300; j++) {
                        if (interrupted && j % 10 == 0) {
                            Thread.currentThread().interrupt();
                        }
                        Acknowledged frame = frames.get(random.nextInt(frames.size()));
                        ByteBuffer into = ByteBuffer.allocate(frame.bytes().length);
                        fill(reader, frame.payload(), into);
                        assertThat(into.array()).isEqualTo(frame.bytes());
                        assertThat(Thread.interrupted()).isEqualTo(interrupted && j % 10 == 0);
                    }
                }));
            }
            writer.appendRandom(new Random(43), 50, LARGEST);
            for (Future<?> read : reads) {
                read.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    public void required_wal_44_aLogThatDoesNotExistHasNoSegments() {
        WalStore store = store();
        claimAndOpen(store, "data");
        try (WalReader reader = store.reader("other")) {
            assertThat(reader.segments()).isEmpty();
        }
        assertThat(store.logs()).containsExactly("data");
    }
}
