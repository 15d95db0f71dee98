// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Segments, W-31 to W-35; part of {@link WalStoreConformance}.
 *
 * @since 0.1
 */
public abstract class WalSegmentConformance extends WalAppendConformance {
    private static final int SEGMENTS = 20;
    private static final int ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    WalSegmentConformance() {}

    @Test
    public void required_wal_31_rollingBeginsANewSegmentWithTheNextAppend() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        writer.writer().roll();
        long first = writer.append(new byte[10]).frame().segment();
        writer.writer().roll();
        writer.writer().roll();
        Acknowledged next = writer.append(new byte[10]);
        assertThat(next.frame().segment()).isGreaterThan(first);
        assertThat(next.frame().offset()).isZero();
        assertHolds(store, "data", writer.acknowledged());
        kill(store);
        WalStore second = store();
        claimAndOpen(second, "data");
        assertHolds(second, "data", writer.acknowledged());
    }

    @Test
    public void required_wal_32_trimmingFreesWholeSegmentsBeforeAPosition() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        List<Acknowledged> frames = appendInSegments(writer, 5, 3);
        WalPosition middle = frames.get(7).frame();
        int kept = firstOfItsSegment(frames, 7);
        WalPosition start = trimmed(store, writer, middle, kept);
        assertThat(start).isLessThanOrEqualTo(middle);
        assertThat(writer.writer().trim(WalPosition.START)).isGreaterThanOrEqualTo(start);
        assertThat(trimmed(store, writer, middle, kept)).isGreaterThanOrEqualTo(start);
        trimmed(store, writer, writer.writer().end(), firstOfItsSegment(frames, 14));
        assertThat(writer.append(new byte[1]).frame())
                .isGreaterThan(frames.get(14).frame());
    }

    /** Trims, and asserts that the log then begins with a frame, or before it if the store may put that off. */
    private static WalPosition trimmed(WalStore store, KitWriter writer, WalPosition before, int first) {
        List<Acknowledged> frames = writer.acknowledged();
        WalPosition start = writer.writer().trim(before);
        if (store.capabilities().has(WalCapability.COSTS_PER_REQUEST)) {
            assertThat(start).isLessThanOrEqualTo(frames.get(first).frame());
        } else {
            assertThat(start).isEqualTo(frames.get(first).frame());
        }
        assertHolds(
                store,
                "data",
                frames.stream()
                        .filter(frame -> frame.frame().compareTo(start) >= 0)
                        .toList());
        return start;
    }

    @Test
    public void required_wal_33_aTrimSurvivesTheProcess() {
        WalStore first = store();
        KitWriter writer = claimAndOpen(first, "data");
        List<Acknowledged> frames = appendInSegments(writer, 4, 2);
        WalPosition start = writer.writer().trim(frames.get(4).frame());
        kill(first);
        WalStore second = store();
        KitWriter next = claimAndOpen(second, "data");
        assertThat(next.writer().recovery().start()).isEqualTo(start);
        assertHolds(second, "data", frames.subList(4, frames.size()));
        WalPosition end = next.writer().recovery().end();
        assertThat(next.writer().trim(end)).isGreaterThan(frames.get(7).frame());
        kill(second);
        WalStore third = store();
        KitWriter last = claimAndOpen(third, "data");
        assertThat(last.writer().recovery().start())
                .isEqualTo(last.writer().recovery().end())
                .isGreaterThan(frames.get(7).frame());
        assertThat(last.append(new byte[1]).frame()).isGreaterThan(end);
        assertHolds(third, "data", last.acknowledged());
    }

    @Test
    public void required_wal_34_manySegmentsAreNothingSpecial() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        int threads = Thread.activeCount();
        appendInSegments(writer, 100, 1);
        assertHolds(store, "data", writer.acknowledged());
        assertThat(Thread.activeCount()).isLessThan(threads + 20);
    }

    @Test
    public void required_wal_35_anotherThreadTrimsAndVerifiesMeanwhile() {
        WalStore store = store();
        KitWriter writer = claimAndOpen(store, "data");
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        CompletableFuture<Void> upkeep = new CompletableFuture<>();
        Thread other = new Thread(() -> {
            try {
                while (!enough.get()) {
                    writer.writer().verifyOwnership();
                    writer.writer().trim(writer.writer().durableEnd());
                    rounds.incrementAndGet();
                }
                upkeep.complete(null);
            } catch (RuntimeException | Error e) {
                upkeep.completeExceptionally(e);
            }
        });
        other.setDaemon(true);
        other.start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (int i = 0; i < SEGMENTS || (rounds.get() < ROUNDS && !upkeep.isDone()); i++) {
                writer.writer().roll();
                writer.append(new byte[100]);
                writer.append(new byte[10]);
                assertThat(System.nanoTime())
                        .as("trimming beside appends takes too long")
                        .isLessThan(deadline);
            }
        } finally {
            enough.set(true);
        }
        assertThat(upkeep).as("trimming and verifying beside appends").succeedsWithin(PATIENCE);
        List<Acknowledged> frames = writer.acknowledged();
        WalPosition start = writer.writer().trim(WalPosition.START);
        assertThat(start).isLessThanOrEqualTo(writer.writer().durableEnd());
        assertHolds(
                store,
                "data",
                frames.stream()
                        .filter(frame -> frame.frame().compareTo(start) >= 0)
                        .toList());
    }
}
