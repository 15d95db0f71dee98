// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.testkit.Verdict;
import io.millrace.testkit.wal.KitWriter.Acknowledged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * What the tests of log stores share: the stores of one place, and how they end.
 *
 * @since 0.1
 */
@Timeout(120)
public abstract class WalStoreKit {
    static final WriterIdentity ME = new WriterIdentity("conformance-kit", "kit-host", 4711, 0);
    static final int LARGEST = 20_000;

    private final List<WalStore> opened = new ArrayList<>();
    private TestReporter reporter = entries -> {};

    WalStoreKit() {}

    /** Makes another store on this test's place. */
    protected abstract WalStore open();

    /** Ends a store as the death of its process would: nothing is closed, but what the system held for it is free. */
    protected abstract void kill(WalStore store);

    /**
     * Of what {@code stochastic_…} tests do by chance; their failures name it. The system property
     * {@code millrace.test.seed}, or else a new one.
     */
    protected long seed() {
        return Long.getLong("millrace.test.seed", new Random().nextInt(1_000_000));
    }

    /** How long the kit waits for threads to end before it says that a store leaves them behind. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** Keeps JUnit's reporter, for {@link Verdict}s. */
    @BeforeEach
    public void takeReporter(TestReporter given) {
        reporter = given;
    }

    /** Closes what a test left open. */
    @AfterEach
    public void closeStores() {
        opened.forEach(WalStore::close);
    }

    final void refused(String what) {
        Verdict.refused(reporter, what);
    }

    final void unbound(String why) {
        Verdict.unbound(reporter, why);
    }

    final WalStore store() {
        WalStore store = open();
        opened.add(store);
        return store;
    }

    static KitWriter claimAndOpen(WalStore store, String log) {
        return new KitWriter(store.open(log, store.claim("ledger", ME)));
    }

    /** Whether a second claim takes over from a first that lives: not if its lock keeps others out before that. */
    static boolean fences(WalStore store) {
        return !store.capabilities().has(WalCapability.EXCLUSIVE_LOCK_ONLY);
    }

    /** A store may roll whenever it likes, so a segment may begin behind where the kit rolled. */
    static int firstOfItsSegment(List<Acknowledged> frames, int frame) {
        int first = frame;
        while (first > 0
                && frames.get(first - 1).frame().segment()
                        == frames.get(frame).frame().segment()) {
            first--;
        }
        return first;
    }

    static List<Acknowledged> appendInSegments(KitWriter writer, int segments, int framesEach) {
        Random random = new Random(segments);
        for (int i = 0; i < segments; i++) {
            if (i > 0) {
                writer.writer().roll();
            }
            writer.appendRandom(random, framesEach, 500);
        }
        return writer.acknowledged();
    }

    static void assertFails(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        WalException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }
}
