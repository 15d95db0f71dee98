// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static io.millrace.testkit.wal.KitReader.assertHolds;
import static io.millrace.testkit.wal.KitReader.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A medium that tears, is damaged, fails, or was written by another system, W-14, W-16, W-17, W-28, W-29 and W-53; part of
 * {@link WalStoreConformance}.
 *
 * @since 0.1
 */
public abstract class WalMediumConformance extends WalReadConformance {
    private static final int MOST_APPENDS = 5_000;

    WalMediumConformance() {}

    /**
     * What lies under the stores of this test. By default nothing is known of it. A test asks for it before it opens a store,
     * so {@link #open} may prepare for what will happen.
     */
    protected WalMedium medium() {
        return new WalMedium() {};
    }

    /** A test that needs the medium; it is not one if what it does there cannot happen. */
    private interface OnMedium {
        void run(WalMedium medium);
    }

    private void onMedium(OnMedium test) {
        try {
            test.run(medium());
        } catch (WalMedium.CannotHappen e) {
            unbound(String.valueOf(e.getMessage()));
        }
    }

    @Test
    public void required_wal_14_aTornAppendIsCutAndNothingElse() {
        onMedium(medium -> {
            List<Acknowledged> left = written(6);
            for (long part : new long[] {1, 65}) { // of a header, and of what is behind it
                Acknowledged torn = left.remove(left.size() - 1);
                medium.cut("data", torn.frame().segment(), torn.frame().offset() + part);
                WalStore next = store();
                WalRecovery recovery = claimAndOpen(next, "data").writer().recovery();
                assertThat(recovery.end()).isEqualTo(torn.frame());
                assertThat(recovery.tornBytes()).isBetween(1L, part);
                assertHolds(next, "data", left);
                kill(next);
            }
        });
    }

    @Test
    public void required_wal_14_damageBeforeWhatALaterFrameVouchesForIsNamed() {
        onMedium(medium -> {
            WalPosition damaged = written(6).get(2).payload();
            medium.flip("data", damaged.segment(), damaged.offset());
            WalStore next = store();
            long epoch = next.claim("ledger", ME);
            assertThatThrownBy(() -> next.open("data", epoch))
                    .isInstanceOfSatisfying(
                            WalException.class,
                            corrupt -> assertThat(corrupt.reason()).isEqualTo(Reason.CORRUPT))
                    .hasMessageContaining("data");
        });
    }

    @Test
    public void optional_wal_14_openingLooksAtTheLastSegmentAlone() {
        onMedium(medium -> {
            List<Acknowledged> frames = written(3, 3);
            WalPosition damaged = frames.get(0).payload();
            medium.flip("data", damaged.segment(), damaged.offset());
            Acknowledged last = frames.get(frames.size() - 1);
            WalStore next = store();
            claimAndOpen(next, "data");
            assertThat(read(next, "data", last.payload(), last.bytes().length)).isEqualTo(last.bytes());
        });
    }

    @Test
    public void required_wal_16_aSegmentWithoutItsFirstFrameIsIgnored() {
        onMedium(medium -> {
            List<Acknowledged> frames = written(3);
            Acknowledged last = frames.get(frames.size() - 1);
            medium.begin("data", last.frame().segment() + 1);
            WalStore next = store();
            KitWriter writer = claimAndOpen(next, "data");
            assertThat(writer.writer().recovery().end().segment())
                    .isEqualTo(last.frame().segment());
            assertHolds(next, "data", frames);
            frames.add(writer.append(new byte[] {16}));
            assertHolds(next, "data", frames);
        });
    }

    @Test
    public void required_wal_16_aMissingSegmentIsCorrupt() {
        onMedium(medium -> {
            List<Acknowledged> frames = writtenAndSealed();
            Acknowledged middle = frames.get(1);
            medium.remove("data", middle.frame().segment());
            assertNoticed(middle, "one that is missing");
        });
    }

    @Test
    public void required_wal_16_aSegmentWithTheBytesOfAnotherIsCorrupt() {
        onMedium(medium -> {
            List<Acknowledged> frames = writtenAndSealed();
            medium.exchange(
                    "data",
                    frames.get(0).frame().segment(),
                    frames.get(1).frame().segment());
            assertNoticed(frames.get(1), "one with the bytes of another");
        });
    }

    /** Who opens the log, lists its segments, or reads the one in question, is told. */
    private void assertNoticed(Acknowledged frame, String what) {
        WalStore next = store();
        Throwable told = catchThrowable(() -> {
            claimAndOpen(next, "data");
            try (WalReader reader = next.reader("data")) {
                assertThat(reader.segments().stream().map(WalReader.Segment::id))
                        .as("segments, shown with %s among them", what)
                        .contains(frame.frame().segment());
                KitReader.fill(reader, frame.payload(), ByteBuffer.allocate(frame.bytes().length));
            }
        });
        if (told instanceof AssertionError gap) {
            throw gap;
        }
        assertThat(told)
                .as("a log with a segment, %s", what)
                .isInstanceOfSatisfying(
                        WalException.class,
                        corrupt -> assertThat(corrupt.reason()).isEqualTo(Reason.CORRUPT));
    }

    @Test
    public void required_wal_17_aLaterVersionIsRefusedAndLeftAlone() {
        onMedium(medium -> {
            writtenAndClosed(1, 3);
            medium.writeLaterVersion("data");
            WalStore next = store();
            Map<String, String> before = medium.contents();
            long[] epoch = {0};
            Throwable refusal = catchThrowable(() -> epoch[0] = next.claim("ledger", ME));
            if (refusal == null) { // a claim need not look at logs
                before = medium.contents();
                refusal = catchThrowable(() -> next.open("data", epoch[0]));
            }
            assertThat(refusal)
                    .isInstanceOfSatisfying(
                            WalException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED))
                    .hasMessageContaining("version");
            assertThat(medium.contents()).isEqualTo(before);
        });
    }

    @Test
    public void required_wal_53_whatAStoreDidNotMakeIsLeftAlone() {
        onMedium(medium -> {
            List<Acknowledged> frames = writtenAndClosed(1, 3);
            Map<String, String> own = medium.contents();
            medium.addStrangers("data");
            Map<String, String> strangers = new HashMap<>(medium.contents());
            strangers.keySet().removeAll(own.keySet());
            assertThat(strangers).as("things that the test's medium added").isNotEmpty();
            WalStore next = store();
            KitWriter writer = claimAndOpen(next, "data");
            assertThat(next.logs()).containsExactly("data");
            assertHolds(next, "data", frames);
            writer.append(new byte[] {53});
            writer.writer().roll();
            Acknowledged last = writer.append(new byte[] {54});
            writer.writer().trim(last.frame());
            assertThat(read(next, "data", last.payload(), 1)).containsExactly(54);
            long epoch = writer.writer().epoch();
            writer.writer().close();
            next.delete("data", epoch);
            next.close();
            assertThat(medium.contents()).containsAllEntriesOf(strangers);
        });
    }

    @Test
    public void required_wal_28_whatIsRefusedIsTakenOnceTheCauseIsGone() {
        onMedium(medium -> {
            WalStore store = store();
            KitWriter writer = claimAndOpen(store, "data");
            writer.append(new byte[] {28});
            medium.refuse();
            byte[] payload = new byte[8_000];
            assertRefused(firstRefusal(writer, payload));
            assertThat(writer.writer().state()).isEqualTo(WalState.OPEN);
            List<CompletableFuture<WalPosition>> behind = new ArrayList<>();
            for (int i = 0; i < store.capabilities().maxInFlight(); i++) {
                behind.add(writer.start(writer.frame(ByteBuffer.wrap(payload))));
            }
            behind.forEach(append -> assertRefused(catchThrowable(() -> KitWriter.await(append))));
            assertThat(writer.writer().state()).isEqualTo(WalState.OPEN);
            medium.heal();
            writer.append(payload);
            writer.append(new byte[] {29});
            assertHolds(store, "data", writer.acknowledged());
        });
    }

    /** The store may have room for some more. */
    private static Throwable firstRefusal(KitWriter writer, byte[] payload) {
        for (int i = 0; i < MOST_APPENDS; i++) {
            Throwable refusal = catchThrowable(() -> writer.append(payload));
            if (refusal != null) {
                return refusal;
            }
        }
        throw new AssertionError("the medium was to refuse, and took " + MOST_APPENDS + " appends");
    }

    private static void assertRefused(Throwable refusal) {
        assertThat(refusal).isInstanceOfSatisfying(WalException.class, refused -> {
            assertThat(refused.reason()).as("%s", refused).isIn(Reason.FULL, Reason.TRANSIENT);
            assertThat(refused.outcome()).as("%s", refused).isEqualTo(Outcome.NOT_APPENDED);
        });
    }

    @Test
    public void required_wal_29_aFailedSyncIsNotAskedForAgain() {
        onMedium(medium -> {
            WalStore store = store();
            KitWriter writer = claimAndOpen(store, "data");
            Acknowledged before = writer.append(new byte[] {29});
            medium.failNextSync();
            Throwable failure = catchThrowable(() -> writer.append(new byte[1_000]));
            medium.heal();
            if (failure == null) {
                WalPosition again = writer.acknowledged().get(1).frame();
                assertThat(again.segment())
                        .as(
                                "the segment of a frame whose sync had failed in segment %x",
                                before.frame().segment())
                        .isGreaterThan(before.frame().segment());
                writer.append(new byte[] {30});
                assertThat(writer.writer().state()).isEqualTo(WalState.OPEN);
            } else {
                assertThat(failure)
                        .isInstanceOfSatisfying(
                                WalException.class,
                                unknown -> assertThat(unknown.outcome()).isEqualTo(Outcome.UNKNOWN));
                assertThat(writer.writer().state()).isEqualTo(WalState.FAILED);
            }
            kill(store);
            WalStore next = store();
            claimAndOpen(next, "data");
            for (Acknowledged frame : writer.acknowledged()) {
                assertThat(read(next, "data", frame.payload(), frame.bytes().length))
                        .isEqualTo(frame.bytes());
            }
        });
    }

    /** Three segments of a frame each, and a later epoch that knows where they end. */
    private List<Acknowledged> writtenAndSealed() {
        List<Acknowledged> frames = writtenAndClosed(3, 1);
        WalStore next = store();
        claimAndOpen(next, "data").append(new byte[] {16});
        next.close();
        return frames;
    }

    private List<Acknowledged> written(int frames) {
        return written(1, frames);
    }

    /** What a process acknowledged that was then killed: small frames, each of which vouches for those before it. */
    private List<Acknowledged> written(int segments, int framesEach) {
        WalStore store = store();
        List<Acknowledged> frames = appendedTo(store, segments, framesEach);
        kill(store);
        return frames;
    }

    /** The same by a process that ended in good order, which takes some media much less time. */
    private List<Acknowledged> writtenAndClosed(int segments, int framesEach) {
        WalStore store = store();
        List<Acknowledged> frames = appendedTo(store, segments, framesEach);
        store.close();
        return frames;
    }

    private static List<Acknowledged> appendedTo(WalStore store, int segments, int framesEach) {
        return new ArrayList<>(appendInSegments(claimAndOpen(store, "data"), segments, framesEach));
    }
}
