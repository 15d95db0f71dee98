// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.wal.local.LocalWalSettings;
import io.millrace.core.wal.local.LocalWalStore;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommitLogTest {
    @TempDir
    Path directory;

    private final Memory memory = new Memory(32 << 10);

    @Test
    void whatWasAppendedIsReplayedFromMemory() throws Exception {
        appendsAndReplays(() -> new InMemoryWalStore(memory));
    }

    @Test
    void F1_F3_whatWasAppendedIsReplayedFromDisk() throws Exception {
        LocalWalSettings settings = new LocalWalSettings(32 << 10, 0, true);
        appendsAndReplays(() -> LocalWalStore.at(directory, settings, TestLogs.REAL_TIME));
    }

    private void appendsAndReplays(Supplier<WalStore> stores) throws Exception {
        List<LogHandle> written = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            try (WalStore store = stores.get()) {
                CommitLog log = open(store);
                assertReplays(log, written);
                Recorder recorder = new Recorder();
                for (int i = 0; i < 1000; i++) {
                    int number = written.size() + i;
                    log.append(number % 3, number, recorder.expecting(i), text("entry "), text("" + number));
                }
                log.flush();
                assertThat(recorder.durable()).hasSize(1000).isSorted();
                assertThat(log.unacknowledgedBytes()).isZero();
                assertThat(log.end()).isGreaterThan(log.recovery().end());
                written.addAll(recorder.handles());
                for (int number : new int[] {0, 17, written.size() - 1}) {
                    assertThat(new String(log.read(written.get(number), number % 3), UTF_8))
                            .isEqualTo("entry " + number);
                }
                log.close();
            }
        }
    }

    private static void assertReplays(CommitLog log, List<LogHandle> written) {
        List<LogHandle> seen = new ArrayList<>();
        log.replay(WalPosition.START, (type, stream, handle, payload) -> {
            assertThat(stream).isEqualTo(seen.size());
            assertThat(type).isEqualTo(stream % 3);
            assertThat(new String(payload.array(), payload.position(), payload.remaining(), UTF_8))
                    .isEqualTo("entry " + stream);
            seen.add(handle);
        });
        assertThat(seen).isEqualTo(written);
        for (int from = 0; from < written.size(); from += 333) {
            int[] next = {from};
            log.replay(
                    written.get(from).at(),
                    (type, stream, handle, payload) -> assertThat(stream).isEqualTo(next[0]++));
            assertThat(next[0]).isEqualTo(written.size());
        }
    }

    @Test
    void aReplayShowsNothingThatWasAppendedAfterOpening() throws Exception {
        CommitLog log = open(new InMemoryWalStore(memory));
        log.append(0, 0, new Recorder().expecting(0), text("new"));
        log.flush();
        log.replay(WalPosition.START, (type, stream, handle, payload) -> {
            throw new AssertionError("seen: " + handle);
        });
        log.close();
    }

    @Test
    void F2_whatWasTrimmedCannotBeReplayedFrom() throws Exception {
        WalStore store = new InMemoryWalStore(memory);
        Recorder recorder = new Recorder();
        CommitLog log = open(store);
        for (int i = 0; i < 20; i++) {
            log.append(0, i, recorder.expecting(i), ByteBuffer.allocate(10_000));
            log.flush();
        }
        log.trim(recorder.handles().get(10).at());
        log.trim(recorder.handles().get(5).at());
        log.close();
        CommitLog next = open(store);
        assertThat(next.recovery().start()).isGreaterThan(WalPosition.START);
        assertThatThrownBy(() -> next.replay(recorder.handles().get(0).at(), (type, stream, handle, payload) -> {}))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRIMMED));
        assertThatThrownBy(() -> next.read(recorder.handles().get(0), 0))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRIMMED));
        List<Integer> left = new ArrayList<>();
        next.replay(WalPosition.START, (type, stream, handle, payload) -> left.add(stream));
        assertThat(left).startsWith(9).endsWith(19);
        next.close();
    }

    @Test
    void aHandleOfSomethingElseIsRefused() throws Exception {
        CommitLog log = open(new InMemoryWalStore(memory));
        Recorder recorder = new Recorder();
        log.append(0, 0, recorder.expecting(0), text("payload"));
        log.flush();
        LogHandle right = recorder.handles().get(0);
        for (LogHandle wrong : List.of(
                new LogHandle(right.at(), right.length(), right.crc32c() + 1),
                new LogHandle(right.at(), right.length() - 1, right.crc32c()),
                new LogHandle(right.at().plus(1), right.length(), right.crc32c()),
                new LogHandle(right.at(), 1_000_000, right.crc32c()))) {
            assertThatThrownBy(() -> log.read(wrong, 0))
                    .isInstanceOfSatisfying(
                            WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
                    .hasMessageContaining("log 'data'");
        }
        log.close();
    }

    @Test
    void aHandleSurvivesItsEncoding() {
        LogHandle handle = new LogHandle(new WalPosition(WalPosition.segment(3, 9), 1 << 30), 0, -1);
        ByteWriter out = new ByteWriter(0);
        handle.encode(out);
        assertThat(LogHandle.decode(new ByteReader(out.toByteArray()))).isEqualTo(handle);
    }

    @Test
    void anAppendAfterTheEndFailsThroughItsCallback() {
        Recorder recorder = new Recorder();
        CommitLog log = open(new InMemoryWalStore());
        log.close();
        log.close();
        log.append(0, 0, recorder.expecting(0), text("late"));
        assertThat(log.state()).isEqualTo(LogState.CLOSED);
        assertThat(recorder.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(Reason.CLOSED);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPENDED);
        });
    }

    @Test
    void aFencedLogFailsEverythingFromThenOn() {
        WalStore second = new InMemoryWalStore(memory);
        Recorder recorder = new Recorder();
        CommitLog log = open(new InMemoryWalStore(memory));
        second.open("data", second.claim("ledger", TestLogs.ME));
        log.append(0, 0, recorder.expecting(0), text("zombie"));
        log.append(0, 0, recorder.expecting(1), text("zombie"));
        assertThatThrownBy(log::flush).isInstanceOf(WalException.class);
        assertThat(recorder.durable()).isEmpty();
        assertThat(recorder.failures()).hasSize(2).allMatch(failure -> failure.reason() == Reason.FENCED);
        assertThat(log.state()).isEqualTo(LogState.FAILED);
        log.close();
    }

    /** What the log's entries are on the medium. */
    Encryption encryption() {
        return Encryption.NONE;
    }

    private CommitLog open(WalStore store) {
        LogOptions options = TestLogs.options("data").withEncryption(encryption());
        return CommitLog.open(store, "data", store.claim("ledger", TestLogs.ME), options);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
