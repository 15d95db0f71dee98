// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.ManualClock;
import io.millrace.wal.support.SegmentHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files of a log: made before they are needed, used again after they were freed, and gone when it is closed. */
class LocalWalSegmentsTest {
    private static final Path LOG = SimProgram.ROOT.resolve("data");
    private static final int MIB = 1 << 20;

    private final SimDisk disk = new SimDisk(1);
    private final ManualClock clock = new ManualClock();
    private LocalWalStore store = SimTasks.store(new LocalWalSettings(4 * MIB, 0, true), disk, clock);
    private WalWriter writer = store.open("data", store.claim("ledger", TestLogs.ME));
    private Appends appends = new Appends(writer);

    @Test
    void appendingDoesNotChangeTheLengthOfAFile() {
        appends.append(100);
        long before = length(segments().get(0));
        for (int i = 0; i < 5; i++) {
            appends.append(100_000);
        }
        assertThat(before).isEqualTo(MIB + SegmentHeader.LENGTH);
        assertThat(length(segments().get(0))).isEqualTo(before);
    }

    @Test
    void aFastLogGetsLargerSegmentsAndASlowOneKeepsItsOwn() {
        fill(MIB);
        assertThat(segments()).last().extracting(this::length).isEqualTo(4L * MIB + SegmentHeader.LENGTH);
        fill(4 * MIB);
        assertThat(segments()).last().extracting(this::length).isEqualTo(4L * MIB + SegmentHeader.LENGTH);
    }

    @Test
    void aSlowLogKeepsItsSmallSegments() {
        for (int i = 0; i < 4; i++) {
            appends.append(MIB / 3);
            clock.advance(Duration.ofSeconds(6));
        }
        assertThat(segments())
                .hasSize(2)
                .allSatisfy(file -> assertThat(length(file)).isEqualTo(MIB + SegmentHeader.LENGTH));
    }

    @Test
    void aFrameThatIsLargerThanASegmentGetsOneOfItsOwnSize() {
        WalPosition at = appends.append(9 * MIB);
        assertThat(length(segments().get(0))).isGreaterThan(9 * MIB);
        assertThat(appends.append(10).segment()).isEqualTo(at.segment() + 1);
    }

    @Test
    void aFreedSegmentIsUsedAgainAndItsOldBytesDoNotCount() {
        fill(MIB);
        fill(4 * MIB);
        fill(4 * MIB);
        appends.append(1000);
        writer.trim(writer.durableEnd());
        int files = disk.files().size();
        fill(4 * MIB);
        fill(4 * MIB);
        WalPosition last = appends.append(1000);
        assertThat(disk.files()).hasSizeLessThanOrEqualTo(files + 1);
        assertThat(header(segments().get(segments().size() - 1)).has(SegmentHeader.RECYCLED))
                .isTrue();
        disk.kill();
        store.abandon();
        reopen();
        assertThat(writer.recovery().end().segment()).isEqualTo(last.segment());
        assertThat(writer.recovery().end()).isGreaterThan(last);
        assertThat(writer.recovery().tornBytes()).isZero();
    }

    @Test
    void aReaderThatIsOvertakenByATrimIsToldSo() {
        appends.append(100);
        fill(MIB);
        try (WalReader reader = store.reader("data")) {
            long first = reader.segments().get(0).id();
            assertThat(reader.read(first, 0, ByteBuffer.allocate(10))).isEqualTo(10);
            disk.replaceBytes(segments().get(0), disk.bytes(segments().get(1))); // as if it was in use again already
            writer.trim(writer.durableEnd());
            assertThatThrownBy(() -> reader.read(first, 0, ByteBuffer.allocate(10)))
                    .isInstanceOfSatisfying(
                            WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRIMMED));
        }
    }

    @Test
    void aFileWhoseSyncFailedIsNotUsedAgain() {
        appends.append(100);
        disk.failForces(1);
        WalPosition moved = appends.append(100);
        Path failed = segments().get(0);
        fill(MIB);
        writer.trim(writer.durableEnd());
        assertThat(disk.files()).doesNotContain(failed);
        fill(4 * MIB);
        fill(4 * MIB);
        assertThat(appends.append(100)).isGreaterThan(moved);
    }

    @Test
    void whatWasMadeAheadIsGoneWhenTheLogIsClosedAndWhenItIsOpened() {
        fill(MIB / 2);
        assertThat(spares()).isNotEmpty();
        store.abandon();
        disk.kill();
        reopen();
        assertThat(spares()).isEmpty();
        fill(MIB / 2);
        assertThat(spares()).isNotEmpty();
        Path active = segments().get(segments().size() - 1);
        writer.close();
        assertThat(spares()).isEmpty();
        assertThat(length(active))
                .isEqualTo(SegmentHeader.LENGTH + writer.durableEnd().offset());
    }

    @Test
    void aDiskThatIsTooFullToMakeOneAheadDoesNotStopTheLog() {
        appends.append(10);
        disk.room(100);
        appends.append(MIB - 1000);
        assertThat(spares()).isEmpty();
        disk.room(Long.MAX_VALUE);
        appends.append(MIB - 1000);
        assertThat(segments()).hasSize(2);
    }

    private void reopen() {
        store = SimTasks.store(new LocalWalSettings(4 * MIB, 0, true), disk, clock);
        writer = store.open("data", store.claim("ledger", TestLogs.ME));
        appends = new Appends(writer);
    }

    /** Appends a little more than so many bytes, at once. */
    private void fill(int bytes) {
        for (int done = 0; done <= bytes; done += 128 << 10) {
            appends.append(128 << 10);
        }
    }

    private List<Path> segments() {
        return disk.files().stream()
                .filter(file -> file.startsWith(LOG) && SegmentIndex.segmentOf("" + file.getFileName()) != null)
                .toList();
    }

    private List<Path> spares() {
        return disk.files().stream()
                .filter(file -> ("" + file.getFileName()).startsWith("pre-"))
                .toList();
    }

    private long length(Path file) {
        return disk.bytes(file).length;
    }

    private SegmentHeader header(Path file) {
        return SegmentHeader.decode(ByteBuffer.wrap(disk.bytes(file)));
    }
}
