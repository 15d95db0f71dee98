// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many entries are checked at once, and it is the first damaged one that is named. */
class EntryCheckTest {
    private static final int ENTRIES = 24;
    private static final int BYTES = 256 << 10;

    private final Memory memory = new Memory();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatIsWholePasses(int threads) throws Exception {
        List<LogHandle> entries = written();
        try (LogView view = view()) {
            assertThatCode(() -> view.check(entries, 1, threads)).doesNotThrowAnyException();
            assertThatCode(() -> view.check(List.of(), 1, threads)).doesNotThrowAnyException();
        }
    }

    @Test
    void theFirstDamageIsNamedInWhateverOrderEntriesAreGiven() throws Exception {
        List<LogHandle> entries = written();
        long first = entries.get(7).at().offset();
        for (int damaged : List.of(7, 8, 20)) {
            LogHandle handle = entries.get(damaged);
            entries.set(damaged, new LogHandle(handle.at(), handle.length(), handle.crc32c() + 1));
        }
        Collections.shuffle(entries, new Random(7));
        try (LogView view = view()) {
            assertThatThrownBy(() -> view.check(entries, 1, 3))
                    .isInstanceOfSatisfying(
                            WalException.class,
                            damage -> assertThat(damage.reason()).isEqualTo(Reason.CORRUPT))
                    .hasMessageContaining("at offset " + first + ":");
        }
    }

    private LogView view() {
        return LogView.of(new InMemoryWalStore(memory), "data", "memory", Encryption.NONE);
    }

    private List<LogHandle> written() throws Exception {
        InMemoryWalStore store = new InMemoryWalStore(memory);
        long epoch = store.claim("data", TestLogs.ME);
        List<CompletableFuture<LogHandle>> appended = new ArrayList<>();
        try (CommitLog log = CommitLog.open(store, "data", epoch, TestLogs.options("data"))) {
            for (int i = 0; i < ENTRIES; i++) {
                byte[] bytes = new byte[BYTES];
                new Random(i).nextBytes(bytes);
                CompletableFuture<LogHandle> durable = new CompletableFuture<>();
                appended.add(durable);
                log.append(
                        1,
                        0,
                        new AppendCallback() {
                            @Override
                            public void durable(LogHandle handle) {
                                durable.complete(handle);
                            }

                            @Override
                            public void failed(WalException failure) {
                                durable.completeExceptionally(failure);
                            }
                        },
                        ByteBuffer.wrap(bytes));
            }
            log.flush();
        }
        List<LogHandle> handles = new ArrayList<>();
        for (CompletableFuture<LogHandle> one : appended) {
            handles.add(one.get());
        }
        return handles;
    }
}
