// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.wal.local.LocalWalSettings;
import io.millrace.core.wal.local.LocalWalStore;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
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

    @Test
    void whatWasAppendedIsReplayedInMemory() throws Exception {
        Memory memory = new Memory();
        appendsAndReplays(() -> new InMemoryWalStore(memory));
    }

    @Test
    void whatWasAppendedIsReplayedFromDisk() throws Exception {
        appendsAndReplays(() -> LocalWalStore.at(directory, LocalWalSettings.DEFAULT, TestLogs.REAL_TIME));
    }

    private static void appendsAndReplays(Supplier<WalStore> stores) throws Exception {
        Recorder recorder = new Recorder();
        try (WalStore store = stores.get()) {
            long epoch = store.claim("ledger", TestLogs.ME);
            try (CommitLog log = CommitLog.open(store, "data", epoch, TestLogs.options("data"))) {
                for (int i = 0; i < 1000; i++) {
                    log.append(i % 3, i, recorder, text("entry "), text(String.valueOf(i)));
                }
                log.flush();
                assertThat(recorder.handles).hasSize(1000);
                assertThat(new String(log.read(recorder.handles.get(17)), UTF_8))
                        .isEqualTo("entry 17");
                assertThat(log.unacknowledgedBytes()).isZero();
            }
        }
        try (WalStore store = stores.get()) {
            long epoch = store.claim("ledger", TestLogs.ME);
            assertThat(epoch).isEqualTo(2);
            try (CommitLog log = CommitLog.open(store, "data", epoch, TestLogs.options("data"))) {
                List<String> seen = new ArrayList<>();
                List<LogHandle> handles = new ArrayList<>();
                log.replay(WalPosition.START, (type, stream, handle, payload) -> {
                    assertThat(type).isEqualTo(stream % 3);
                    seen.add(new String(payload.array(), payload.position(), payload.remaining(), UTF_8));
                    handles.add(handle);
                });
                assertThat(seen).hasSize(1000).startsWith("entry 0", "entry 1").endsWith("entry 999");
                assertThat(handles).isEqualTo(recorder.handles);
                List<String> tail = new ArrayList<>();
                log.replay(handles.get(990).at(), (type, stream, handle, payload) -> tail.add("" + stream));
                assertThat(tail).hasSize(10).startsWith("990");
            }
        }
    }

    @Test
    void anAppendAfterTheEndFailsThroughItsCallback() {
        Recorder recorder = new Recorder();
        WalStore store = new InMemoryWalStore();
        CommitLog log = CommitLog.open(store, "data", store.claim("ledger", TestLogs.ME), TestLogs.options("data"));
        log.close();
        log.close();
        log.append(0, 0, recorder, text("late"));
        assertThat(recorder.failures).singleElement().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(WalException.Reason.CLOSED);
            assertThat(failure.outcome()).isEqualTo(WalException.Outcome.NOT_APPENDED);
        });
    }

    @Test
    void aFencedLogFailsEverythingFromThenOn() throws Exception {
        Memory memory = new Memory();
        WalStore first = new InMemoryWalStore(memory);
        WalStore second = new InMemoryWalStore(memory);
        Recorder recorder = new Recorder();
        CommitLog log = CommitLog.open(first, "data", first.claim("ledger", TestLogs.ME), TestLogs.options("data"));
        second.open("data", second.claim("ledger", TestLogs.ME));
        log.append(0, 0, recorder, text("zombie"));
        log.append(0, 0, recorder, text("zombie"));
        assertThatThrownBy(log::flush).isInstanceOf(WalException.class);
        assertThat(recorder.handles).isEmpty();
        assertThat(recorder.failures).hasSize(2).allMatch(f -> f.reason() == WalException.Reason.FENCED);
        assertThat(log.state()).isEqualTo(LogState.FAILED);
        log.close();
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static final class Recorder implements AppendCallback {
        final List<LogHandle> handles = new ArrayList<>();
        final List<WalException> failures = new ArrayList<>();

        @Override
        public synchronized void durable(LogHandle handle) {
            handles.add(handle);
        }

        @Override
        public synchronized void failed(WalException failure) {
            failures.add(failure);
        }
    }
}
