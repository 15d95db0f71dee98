// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.encryption.DataKeys;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.Place;
import io.millrace.core.encryption.TestKeys;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.LogView;
import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a {@link Forger} does to an encrypted log is noticed, whatever it makes right again. */
@Timeout(60)
class ForgedLogTest {
    /** Frames of one entry are then 256 bytes long, so that others fit into their place. */
    private static final int CONTENT = 256 - 80 - (6 + 1 + 12 + 48) - 16 - 32 - 16;

    private static final String LOG = "ledger";

    @TempDir
    private Path directory;

    private final List<LogHandle> handles = new ArrayList<>();
    private int next;

    // ---- a log, and its lives ----

    private LocalWalStore store(String place) {
        return store(place, new DiskFs());
    }

    private LocalWalStore store(String place, SegmentFs disk) {
        return new LocalWalStore(
                directory.resolve(place),
                new LocalWalSettings(64 << 10, 0, true),
                disk,
                TestLogs.REAL_TIME,
                Executors.newCachedThreadPool(TestLogs.DAEMONS),
                took -> {});
    }

    private Forger forger(String place) {
        return new Forger(directory.resolve(place).resolve(LOG));
    }

    /** Opens the log in a new epoch and appends entries, each in a frame of its own. */
    private void live(String place, Encryption encryption, int entries) throws InterruptedException {
        try (LocalWalStore store = store(place)) {
            long epoch = store.claim(LOG, TestLogs.ME);
            try (CommitLog log =
                    CommitLog.open(store, LOG, epoch, TestLogs.options(LOG).withEncryption(encryption))) {
                for (int i = 0; i < entries; i++) {
                    log.append(1, 0, new Keeping(), ByteBuffer.wrap(content(next++)));
                    log.flush();
                }
            }
        }
    }

    private final class Keeping implements AppendCallback {
        @Override
        public void durable(LogHandle handle) {
            synchronized (handles) {
                handles.add(handle);
            }
        }

        @Override
        public void failed(WalException failure) {
            // flush throws it
        }
    }

    private static byte[] content(int number) {
        return Arrays.copyOf(("entry " + number).getBytes(US_ASCII), CONTENT);
    }

    private List<String> read(String place, Encryption encryption) {
        List<String> read = new ArrayList<>();
        try (LocalWalStore store = store(place);
                LogView view = LogView.of(store, LOG, place, encryption)) {
            view.forEach((type, stream, handle, payload) ->
                    read.add(new String(payload.array(), payload.position(), payload.remaining(), US_ASCII).trim()));
        }
        return read;
    }

    private void refuses(String place, Encryption encryption, String message) {
        assertThatThrownBy(() -> read(place, encryption))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining("log 'ledger'")
                .hasMessageContaining(message);
        assertThatThrownBy(() -> {
                    try (LocalWalStore store = store(place)) {
                        long epoch = store.claim(LOG, TestLogs.ME);
                        try (CommitLog log = CommitLog.open(
                                store, LOG, epoch, TestLogs.options(LOG).withEncryption(encryption))) {
                            log.replay(WalPosition.START, (type, stream, handle, payload) -> {});
                        }
                    }
                })
                .isInstanceOf(WalException.class)
                .hasMessageContaining(message);
    }

    private void copy(String from, String to) {
        Path source = directory.resolve(from);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        directory.resolve(to).resolve(source.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what it holds ----

    @Test
    void everyEpochFollowsTheTailThatItFound() throws Exception {
        for (int entries : new int[] {3, 0, 1, 0, 0, 2}) {
            live("a", TestKeys.of("k"), entries);
        }
        assertThat(read("a", TestKeys.of("k")))
                .containsExactly("entry 0", "entry 1", "entry 2", "entry 3", "entry 4", "entry 5");
    }

    @Test
    void aLogThatBecameEncryptedIsReadFromItsBeginning() throws Exception {
        live("a", Encryption.NONE, 2);
        live("a", TestKeys.acceptingPlain("k"), 2);
        live("a", TestKeys.acceptingPlain("k"), 1);
        assertThat(read("a", TestKeys.acceptingPlain("k"))).hasSize(5);
    }

    @Test
    void framesThatAreMovedAfterAFailureFollowEachOther() throws Exception {
        FailingFs disk = new FailingFs(new DiskFs());
        try (LocalWalStore store = store("a", disk)) {
            long epoch = store.claim(LOG, TestLogs.ME);
            try (CommitLog log =
                    CommitLog.open(store, LOG, epoch, TestLogs.options(LOG).withEncryption(TestKeys.of("k")))) {
                for (int i = 0; i < 60; i++) {
                    if (i == 30) {
                        log.flush();
                        disk.failNextSync(true);
                    }
                    log.append(1, 0, new Keeping(), ByteBuffer.wrap(content(next++)));
                }
                log.flush();
            }
        }
        assertThat(forger("a").segments()).hasSizeGreaterThan(1);
        assertThat(read("a", TestKeys.of("k"))).hasSize(60);
    }

    @Test
    void aTrimmedLogIsReadFromWhereItBegins() throws Exception {
        live("a", TestKeys.of("k"), 2);
        live("a", TestKeys.of("k"), 2);
        try (LocalWalStore store = store("a")) {
            long epoch = store.claim(LOG, TestLogs.ME);
            try (CommitLog log =
                    CommitLog.open(store, LOG, epoch, TestLogs.options(LOG).withEncryption(TestKeys.of("k")))) {
                log.append(1, 0, new Keeping(), ByteBuffer.wrap(content(next++)));
                log.flush();
                log.trim(handles.get(2).at());
            }
        }
        assertThat(read("a", TestKeys.of("k"))).containsExactly("entry 2", "entry 3", "entry 4");
        live("a", TestKeys.of("k"), 1);
        assertThat(read("a", TestKeys.of("k"))).hasSize(4);
    }

    // ---- what a forger does ----

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFrameThatWasTakenOutIsMissed(int frame) throws Exception {
        live("a", TestKeys.of("k"), 4);
        forger("a").dropFrame(forger("a").segments().get(0), frame);
        refuses("a", TestKeys.of("k"), "an entry does not follow the one before it");
    }

    @Test
    void theLastFrameOfAnEpochIsMissedByTheNextEpoch() throws Exception {
        live("a", TestKeys.of("k"), 3);
        live("a", TestKeys.of("k"), 1);
        forger("a").dropFrame(forger("a").segments().get(0), 2);
        refuses("a", TestKeys.of("k"), "an entry does not follow the one before it");
    }

    @Test
    void anEpochThatWasTakenOutIsMissed() throws Exception {
        for (int life = 0; life < 3; life++) {
            live("a", TestKeys.of("k"), 2);
        }
        forger("a").dropSegment(forger("a").segments().get(1));
        refuses("a", TestKeys.of("k"), "an entry does not follow the one before it");
    }

    @Test
    void twoLivesOfOneLogCannotBeSpliced() throws Exception {
        live("a", TestKeys.of("k"), 2);
        copy("a", "b");
        live("a", TestKeys.of("k"), 2);
        live("a", TestKeys.of("k"), 2);
        next = 2;
        live("b", TestKeys.of("k"), 2);
        live("b", TestKeys.of("k"), 2);
        long second = forger("a").segments().get(1);
        assertThat(forger("b").segments()).contains(second);
        forger("a").take(forger("b"), second);
        refuses("a", TestKeys.of("k"), "an entry does not follow the one before it");
    }

    @Test
    void whatIsPlainIsRefusedBehindWhatIsEncryptedThoughPlainIsAccepted() throws Exception {
        live("a", Encryption.NONE, 1);
        live("a", TestKeys.acceptingPlain("k"), 3);
        long segment = forger("a").segments().get(1);
        byte[] was = forger("a").frames(segment).get(1).payloads().get(0).bytes();
        forger("a").replace(segment, 1, Arrays.copyOf(content(99), was.length));
        refuses("a", TestKeys.acceptingPlain("k"), "an entry that is not encrypted follows one that is");
    }

    @Test
    void theFirstEncryptedEntryCannotBecomePlain() throws Exception {
        live("a", Encryption.NONE, 1);
        live("a", TestKeys.acceptingPlain("k"), 2);
        long segment = forger("a").segments().get(1);
        byte[] was = forger("a").frames(segment).get(0).payloads().get(0).bytes();
        forger("a").replace(segment, 0, Arrays.copyOf(content(99), was.length));
        refuses("a", TestKeys.acceptingPlain("k"), "an entry does not follow the one before it");
    }

    @Test
    void versionOneIsRefusedBehindVersionTwo() throws Exception {
        live("a", TestKeys.of("k"), 3);
        long segment = forger("a").segments().get(0);
        forger("a").replace(segment, 1, versionOne(segment, 1));
        refuses("a", TestKeys.of("k"), "in version 1 of the encryption follows one in version 2");
    }

    @Test
    void versionOneIsReadBeforeVersionTwoWhichFollowsIt() throws Exception {
        live("a", TestKeys.of("k"), 2);
        long segment = forger("a").segments().get(0);
        forger("a").replace(segment, 0, versionOne(segment, 0));
        forger("a").replace(segment, 1, versionOne(segment, 1));
        live("a", TestKeys.of("k"), 1);
        assertThat(read("a", TestKeys.of("k"))).containsExactly("an older entry", "an older entry", "entry 2");
        forger("a").dropFrame(segment, 1);
        refuses("a", TestKeys.of("k"), "an entry does not follow the one before it");
    }

    @Test
    void theVersionOfAnEntryCannotBeLowered() throws Exception {
        live("a", TestKeys.of("k"), 2);
        long segment = forger("a").segments().get(0);
        byte[] lowered = forger("a").frames(segment).get(1).payloads().get(0).bytes();
        lowered[4] = 1;
        forger("a").replace(segment, 1, lowered);
        assertThatThrownBy(() -> read("a", TestKeys.of("k")))
                .isInstanceOf(WalException.class)
                .hasMessageContaining("the entry of log 'ledger'");
    }

    /** An entry as older versions encrypted it, which the forger found in a copy. */
    private byte[] versionOne(long segment, int frame) {
        Forger.Payload place = forger("a").frames(segment).get(frame).payloads().get(0);
        DataKeys keys = TestKeys.of("k").newDataKeys().orElseThrow();
        byte[] content = Arrays.copyOf(
                "an older entry".getBytes(US_ASCII), place.content().size() - keys.overhead());
        ByteBuffer sealed = ByteBuffer.allocate(place.content().size());
        String at = "log/ledger/" + HexFormat.of().toHexDigits(segment) + '/' + place.offset();
        keys.sealer().seal(1L << 32, new At(at), new ByteBuffer[] {ByteBuffer.wrap(content)}, sealed);
        return sealed.array();
    }

    private record At(String text) implements Place {
        @Override
        public byte[] authenticated() {
            return text.getBytes(US_ASCII);
        }
    }

    // ---- entries that are read by their handles ----

    @Test
    void anEntryIsReadByItsHandleAsWhatItIsAndOfNoOtherLog() throws Exception {
        live("a", TestKeys.of("k"), 2);
        List<LogHandle> own = List.copyOf(handles);
        try (LocalWalStore store = store("a");
                LogView view = LogView.of(store, LOG, "a", TestKeys.of("k"))) {
            assertThat(view.read(own.get(1), 1)).isEqualTo(content(1));
            assertThatThrownBy(() -> view.read(own.get(1), 2)).hasMessageContaining("not of the type");
        }
        live("b", TestKeys.of("k"), 2);
        live("a", TestKeys.of("k"), 1);
        long segment = forger("a").segments().get(0);
        byte[] foreign = forger("b").frames(segment).get(1).payloads().get(0).bytes();
        forger("a").replace(segment, 1, foreign);
        LogHandle forged = handles.get(3); // as if its checksum had been met, too
        try (LocalWalStore store = store("a")) {
            long epoch = store.claim(LOG, TestLogs.ME);
            try (CommitLog log =
                    CommitLog.open(store, LOG, epoch, TestLogs.options(LOG).withEncryption(TestKeys.of("k")))) {
                assertThat(log.read(own.get(0), 1)).isEqualTo(content(0));
                assertThatThrownBy(() -> log.read(forged, 1)).hasMessageContaining("of another log");
            }
        }
    }

    @Test
    void aHandleThatClaimsMoreThanThereIsTakesNoMemory() throws Exception {
        live("a", Encryption.NONE, 2);
        try (LocalWalStore store = store("a");
                LogView view = LogView.of(store, LOG, "a", Encryption.NONE)) {
            for (int length : new int[] {Integer.MAX_VALUE, 1 << 30, -1}) {
                LogHandle huge = new LogHandle(handles.get(1).at(), length, 0);
                assertThatThrownBy(() -> view.read(huge, 1))
                        .isInstanceOfSatisfying(
                                WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
                assertThatThrownBy(() -> view.check(List.of(handles.get(0), huge), 1, 1))
                        .isInstanceOfSatisfying(
                                WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
            }
        }
    }
}
