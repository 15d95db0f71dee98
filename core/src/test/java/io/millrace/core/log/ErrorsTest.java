// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.wal.FaultyWalStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody should throw, on the log's own thread and in its callbacks: everybody is answered all the same. */
@Timeout(60)
class ErrorsTest {
    private final FaultyWalStore store = FaultyWalStore.over(new InMemoryWalStore(new Memory()));
    private final Recorder recorder = new Recorder();
    private final List<WalException> ends = new CopyOnWriteArrayList<>();
    private final CommitLog log = CommitLog.open(
            store,
            "data",
            store.claim("ledger", TestLogs.ME),
            LogOptions.defaults("data", TestLogs.DAEMONS, new ManualClock(), TestLogs.NO_METRICS)
                    .withListener((name, state, cause) -> {
                        if (state == LogState.FAILED && cause != null) {
                            ends.add(cause);
                            throw new AssertionError("a listener that fails");
                        }
                    }));

    @AfterEach
    void close() {
        store.release();
        log.close();
    }

    @Test
    void anErrorInACallbackEndsTheLogAndEverybodyElseIsAnswered() {
        store.hold();
        append(0);
        await().until(() -> store.withheld() == 1);
        append(1);
        log.append(0, 0, new Failing(), ByteBuffer.allocate(1));
        append(2);
        store.release();
        await().until(() -> log.state() == LogState.FAILED);
        append(3);
        await().until(() -> recorder.failed().contains(3));
        assertThat(recorder.durable().size() + recorder.failed().size())
                .as("how many were answered")
                .isEqualTo(4);
        assertThat(ends).singleElement().satisfies(end -> {
            assertThat(end.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(end).hasMessageContaining("on purpose");
        });
        assertThatThrownBy(log::verifyOwnership).isInstanceOf(WalException.class);
        assertThatThrownBy(log::flush).isInstanceOf(WalException.class);
    }

    @Test
    void whoIsToldOfRoomAndThrowsAnErrorHarmsNobody() {
        log.whenBelow(1 << 20, () -> {
            throw new AssertionError("on purpose");
        });
        append(0);
        await().untilAsserted(() -> assertThat(recorder.durable()).containsExactly(0));
    }

    private void append(int number) {
        log.append(0, number, recorder.expecting(number), ByteBuffer.wrap(new byte[] {(byte) number}));
    }

    private static final class Failing implements AppendCallback {
        @Override
        public void durable(LogHandle handle) {
            throw new AssertionError("on purpose");
        }

        @Override
        public void failed(WalException failure) {
            throw new AssertionError("on purpose");
        }
    }
}
