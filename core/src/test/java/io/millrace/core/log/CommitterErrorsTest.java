// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamClock;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An error on the committer's thread that nobody foresaw, at whatever it asks of the clock: the log ends, and everybody
 * who waits or comes later is told why. One that went on as if nothing had been would have skipped something.
 */
@Timeout(
        value = 60,
        threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a log whose entries nobody answers does not close
class CommitterErrorsTest {
    private final Recorder recorder = new Recorder();

    /** What the committer does with the clock. */
    enum Call {
        /** The time that stands in a frame. */
        MILLIS,
        /** When a frame is handed over to the store. */
        NANOS,
        /** The frame that vouches for those before it. */
        SCHEDULE
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void theLogEndsAndEverybodyIsAnsweredWithTheCause(Call call) {
        OnceBrokenClock clock = new OnceBrokenClock(call);
        InMemoryWalStore store = new InMemoryWalStore(new Memory());
        CommitLog log = CommitLog.open(
                store,
                "data",
                store.claim("ledger", TestLogs.ME),
                LogOptions.defaults("data", TestLogs.DAEMONS, clock, TestLogs.NO_METRICS));
        try {
            for (int number = 0; number < 10; number++) {
                append(log, number);
            }
            await().until(() -> log.state() == LogState.FAILED);
            append(log, 10);
            await().untilAsserted(() -> assertThat(
                            recorder.durable().size() + recorder.failed().size())
                    .as("how many were answered")
                    .isEqualTo(11));
            assertThat(recorder.failed()).contains(10);
            if (call != Call.SCHEDULE) {
                assertThat(recorder.durable()).isEmpty();
            }
            assertThat(recorder.failures()).allSatisfy(failure -> {
                assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
                assertThat(failure).hasMessageContaining("on purpose").hasRootCause(clock.error);
            });
            assertThatThrownBy(log::flush).isInstanceOf(WalException.class).hasRootCause(clock.error);
        } finally {
            log.close();
        }
        assertThat(log.state()).isEqualTo(LogState.CLOSED);
    }

    private void append(CommitLog log, int number) {
        log.append(0, number, recorder.expecting(number), ByteBuffer.wrap(new byte[] {(byte) number}));
    }

    /** Fails the committer's first call of a kind. */
    private static final class OnceBrokenClock implements StreamClock {
        private final ManualClock clock = new ManualClock();
        private final AssertionError error = new AssertionError("on purpose");
        private final Call call;
        private boolean broken;

        OnceBrokenClock(Call call) {
            this.call = call;
        }

        private void now(Call called) {
            if (called == call && Thread.currentThread().getName().equals("millrace-log-data") && !broken) {
                broken = true;
                throw error;
            }
        }

        @Override
        public long millis() {
            now(Call.MILLIS);
            return clock.millis();
        }

        @Override
        public long nanos() {
            now(Call.NANOS);
            return clock.nanos();
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable action) {
            now(Call.SCHEDULE);
            return clock.schedule(delay, action);
        }
    }
}
