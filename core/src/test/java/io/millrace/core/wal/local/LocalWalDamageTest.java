// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.LogOptions;
import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.testkit.ManualClock;
import io.millrace.wal.support.SegmentHeader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damages a log that was written in order, in every way that a disk or a person may, and looks whether it is noticed,
 * named, and left as it is.
 */
@Timeout(120)
class LocalWalDamageTest {
    private static final Path LOG = SimProgram.ROOT.resolve("data");

    private final SimDisk disk = new SimDisk(1);
    private final List<LogHandle> handles = new ArrayList<>();

    /** Three segments of some entries each, the last of which is closed in order. */
    @BeforeEach
    void write() throws Exception {
        CommitLog log = open();
        for (int i = 0; i < 12; i++) {
            byte[] payload = new byte[60 + i];
            Arrays.fill(payload, (byte) i);
            log.append(1, i, new Keep(), ByteBuffer.wrap(payload));
            log.flush();
        }
        close(log);
        assertThat(segments()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void F4_everyByteOfASealedSegmentMatters() {
        Path first = segments().get(0);
        byte[] right = disk.bytes(first);
        int end = sealedEnd(segments().get(1));
        assertThat(end).isLessThan(right.length);
        for (int at = 0; at < right.length; at++) {
            flip(first, right, at);
            if (at < end) {
                assertDamageIsNamed(first, at);
            } else {
                assertThat(replay()).as("byte %d is behind the frames", at).isEqualTo(handles);
            }
            disk.replaceBytes(first, right);
        }
        assertThat(replay()).isEqualTo(handles);
    }

    @Test
    void everyByteOfTheLastSegmentMattersUpToWhatALaterFrameVouchesFor() {
        Path last = segments().get(segments().size() - 1);
        byte[] right = disk.bytes(last);
        LogHandle lastEntry = handles.get(handles.size() - 1);
        int closing = SegmentHeader.LENGTH + (int) (lastEntry.at().offset() + lastEntry.length() + 7) / 8 * 8;
        for (int at = 0; at < right.length; at++) {
            flip(last, right, at);
            if (at < closing) {
                assertDamageIsNamed(last, at);
            } else {
                assertThat(replay()).as("byte %d is of the closing frame", at).isEqualTo(handles);
            }
            disk.replaceBytes(last, right);
        }
    }

    @Test
    void F4_anyTailThatWasNeverAcknowledgedIsCutSilently() {
        Path last = segments().get(segments().size() - 1);
        byte[] right = disk.bytes(last);
        LogHandle lastEntry = handles.get(handles.size() - 1);
        int closing = SegmentHeader.LENGTH + (int) (lastEntry.at().offset() + lastEntry.length() + 7) / 8 * 8;
        for (int length = closing; length <= right.length; length++) {
            disk.replaceBytes(last, Arrays.copyOf(right, length));
            assertThat(replay()).isEqualTo(handles);
            byte[] stale = Arrays.copyOf(right, right.length + 3000);
            Arrays.fill(stale, length, stale.length, (byte) 0x4D);
            disk.replaceBytes(last, stale);
            assertThat(replay()).isEqualTo(handles);
        }
    }

    @Test
    void F4_aMissingSegmentIsNamed() {
        for (Path missing : segments().subList(0, segments().size() - 1)) {
            byte[] right = disk.bytes(missing);
            disk.delete(missing);
            assertThatThrownBy(this::replay)
                    .satisfies(LocalWalDamageTest::isCorrupt)
                    .hasMessageContainingAll(missing.getFileName().toString(), "missing", "restore");
            disk.replaceBytes(missing, right);
        }
    }

    @Test
    void swappedAndForeignSegmentsAreNamed() {
        Path first = segments().get(0);
        Path second = segments().get(1);
        byte[] one = disk.bytes(first);
        byte[] two = disk.bytes(second);
        disk.replaceBytes(first, two);
        disk.replaceBytes(second, one);
        assertThatThrownBy(this::replay)
                .satisfies(LocalWalDamageTest::isCorrupt)
                .hasMessageContaining("it holds segment");
        disk.replaceBytes(first, one);
        byte[] foreign = two.clone();
        foreign[16] ^= 1;
        ByteBuffer.wrap(foreign).putInt(4, crc(foreign));
        disk.replaceBytes(second, foreign);
        assertThatThrownBy(this::replay)
                .satisfies(LocalWalDamageTest::isCorrupt)
                .hasMessageContainingAll(second.getFileName().toString(), "of log");
        disk.replaceBytes(second, Arrays.copyOf(two, sealedEnd(segments().get(2)) - 1));
        assertThatThrownBy(this::replay).satisfies(LocalWalDamageTest::isCorrupt);
    }

    @Test
    void F14_aSegmentThatWasNeverBegunIsIgnored() {
        disk.replaceBytes(LOG.resolve("seg-00000100000000ff.wal"), new byte[129]);
        assertThatThrownBy(this::replay).satisfies(LocalWalDamageTest::isCorrupt);
        for (int length : new int[] {0, 1, 127, 128}) {
            disk.replaceBytes(LOG.resolve("seg-00000100000000ff.wal"), new byte[length]);
            assertThat(replay()).isEqualTo(handles);
        }
    }

    @Test
    void damagedOrMissingFactsAreNamed() {
        for (Path facts :
                List.of(LOG.resolve("LOG"), LOG.resolve(LogFacts.nameFor(1)), SimProgram.ROOT.resolve("EPOCH"))) {
            byte[] right = disk.bytes(facts);
            for (int at = 0; at < right.length - 1; at++) {
                flip(facts, right, at);
                assertThatThrownBy(this::replay)
                        .as("byte %d of %s", at, facts)
                        .isInstanceOf(WalException.class)
                        .hasMessageContaining(facts.toString());
            }
            disk.replaceBytes(facts, right);
        }
        disk.delete(LOG.resolve(LogFacts.nameFor(1)));
        assertThatThrownBy(this::replay)
                .satisfies(LocalWalDamageTest::isCorrupt)
                .hasMessageContainingAll("data/LOG", "restore");
    }

    @Test
    void aLostEpochFileDoesNotBringAnEpochBack() {
        disk.delete(SimProgram.ROOT.resolve("EPOCH"));
        LocalWalStore store = store();
        assertThat(store.claim("ledger", TestLogs.ME)).isEqualTo(2);
    }

    @Test
    void aLaterVersionIsRefusedAndNothingIsChanged() {
        Path last = segments().get(segments().size() - 1);
        byte[] later = disk.bytes(last);
        later[8] = 2;
        ByteBuffer.wrap(later).putInt(4, crc(later));
        disk.replaceBytes(last, later);
        Map<Path, byte[]> before = contents();
        LocalWalStore store = store();
        assertThatThrownBy(() -> store.open("data", store.claim("ledger", TestLogs.ME)))
                .isInstanceOfSatisfying(
                        WalException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED))
                .hasMessageContainingAll(last.toString(), "later version");
        store.abandon();
        disk.kill();
        before.forEach((file, bytes) -> {
            if (!file.getFileName().toString().startsWith("EPOCH")) {
                assertThat(disk.bytes(file)).isEqualTo(bytes);
            }
        });
    }

    @Test
    void whatTheStoreDidNotMakeIsLeftAlone() throws Exception {
        Map<Path, byte[]> foreign = Map.of(
                LOG.resolve("notes.txt"), new byte[] {1},
                LOG.resolve("seg-1.wal"), new byte[] {2},
                LOG.resolve("seg-000001000000000g.wal"), new byte[] {3},
                LOG.resolve("seg-0000010000000000.wal.bak"), new byte[] {4},
                SimProgram.ROOT.resolve("lost+found/x"), new byte[] {5},
                SimProgram.ROOT.resolve("backup/seg-0000010000000000.wal"), new byte[] {6});
        foreign.forEach(disk::replaceBytes);
        assertThat(replay()).isEqualTo(handles);
        CommitLog log = open();
        log.trim(log.recovery().end());
        close(log);
        LocalWalStore store = store();
        assertThat(store.logs()).containsExactly("data");
        store.delete("data", store.claim("ledger", TestLogs.ME));
        store.close();
        foreign.forEach((file, bytes) -> assertThat(disk.bytes(file)).isEqualTo(bytes));
        assertThat(segments()).isEmpty();
    }

    // ---- what the tests share ----

    /** Whatever byte of a segment is damaged, nothing else is believed, and the message says where to look. */
    private void assertDamageIsNamed(Path segment, int at) {
        assertThatThrownBy(this::replay)
                .as("byte %d", at)
                .satisfies(LocalWalDamageTest::isCorrupt)
                .hasMessageContaining(String.valueOf(segment.getFileName()).substring(4, 20));
    }

    private static void isCorrupt(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        WalException.class,
                        damage -> assertThat(damage.reason()).isEqualTo(Reason.CORRUPT));
    }

    private void flip(Path file, byte[] right, int at) {
        byte[] wrong = right.clone();
        wrong[at] ^= (byte) (1 << at % 8);
        disk.replaceBytes(file, wrong);
    }

    /** The byte at which the frames of a segment end, as its successor says. */
    private int sealedEnd(Path successor) {
        return SegmentHeader.LENGTH
                + (int) ByteBuffer.wrap(disk.bytes(successor)).getLong(48);
    }

    private static int crc(byte[] segment) {
        CRC32C crc = new CRC32C();
        crc.update(segment, 8, SegmentHeader.LENGTH - 8);
        return (int) crc.getValue();
    }

    private Map<Path, byte[]> contents() {
        Map<Path, byte[]> contents = new HashMap<>();
        disk.files().forEach(file -> contents.put(file, disk.bytes(file)));
        return contents;
    }

    private List<Path> segments() {
        return disk.files().stream()
                .filter(file -> file.startsWith(LOG) && SegmentIndex.segmentOf("" + file.getFileName()) != null)
                .toList();
    }

    private LocalWalStore store() {
        return SimTasks.store(new LocalWalSettings(700, 0, true), disk, new ManualClock());
    }

    /** What the log's entries are on the medium. */
    Encryption encryption() {
        return Encryption.NONE;
    }

    private LocalWalStore opened;

    private CommitLog open() {
        opened = store();
        LogOptions options = LogOptions.defaults("data", TestLogs.DAEMONS, new ManualClock(), TestLogs.NO_METRICS)
                .withEncryption(encryption());
        return CommitLog.open(opened, "data", opened.claim("ledger", TestLogs.ME), options);
    }

    private void close(CommitLog log) {
        log.close();
        opened.close();
    }

    /** Opens the log as the next process would and shows what is in it. Nothing is appended. */
    private List<LogHandle> replay() {
        try {
            CommitLog log = open();
            List<LogHandle> seen = new ArrayList<>();
            try {
                log.replay(WalPosition.START, (type, stream, handle, payload) -> {
                    assertThat(payload.readByte()).isEqualTo(stream);
                    seen.add(handle);
                });
            } finally {
                close(log);
            }
            return seen;
        } catch (UncheckedIOException e) {
            throw new AssertionError(e);
        } finally {
            opened.abandon();
            disk.kill();
        }
    }

    private final class Keep implements AppendCallback {
        @Override
        public void durable(LogHandle handle) {
            handles.add(handle);
        }

        @Override
        public void failed(WalException failure) {
            throw failure;
        }
    }
}
