// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.wal.TestFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk may refuse, and what the writer then does and says. */
class LocalWalFailureTest {
    private static final int SEGMENT = 8 << 10;

    private final SimDisk disk = new SimDisk(1);
    private final ManualClock clock = new ManualClock();

    @Test
    void aFrameWhoseSyncFailsGoesToANewSegmentAndTheOldOneIsLeftAlone() {
        WalWriter writer = open(0);
        WalPosition first = append(writer, 100);
        disk.failForces(1);
        WalPosition second = append(writer, 100);
        assertThat(second.segment()).isEqualTo(first.segment() + 1);
        assertThat(second.offset()).isZero();
        assertThat(append(writer, 100).segment()).isEqualTo(second.segment());
        assertThat(writer.state()).isEqualTo(WalState.OPEN);
    }

    @Test
    void aSecondFailedSyncWithinAMinuteEndsTheLog() {
        WalWriter writer = open(0);
        append(writer, 100);
        disk.failForces(1);
        append(writer, 100);
        clock.advance(Duration.ofSeconds(59));
        disk.failForces(1);
        assertThatThrownBy(() -> append(writer, 100))
                .isInstanceOfSatisfying(WalException.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(Reason.INDETERMINATE);
                    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
                })
                .hasMessageContainingAll("/sim/data/seg-", "check it");
        assertThat(writer.state()).isEqualTo(WalState.FAILED);
        assertThatThrownBy(() -> append(writer, 100))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPENDED));
    }

    @Test
    void failedSyncsAMinuteApartAreSurvived() {
        WalWriter writer = open(0);
        append(writer, 100);
        for (int i = 0; i < 5; i++) {
            disk.failForces(1);
            append(writer, 100);
            clock.advance(Duration.ofSeconds(61));
        }
        assertThat(writer.state()).isEqualTo(WalState.OPEN);
    }

    @Test
    void aNewSegmentThatCannotBeMadeAfterAFailedSyncEndsTheLog() {
        WalWriter writer = open(0);
        append(writer, 100);
        disk.failForces(1);
        disk.failCreates(1);
        assertThatThrownBy(() -> append(writer, 100))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void aNewSegmentThatCannotBeMadeWhenRollingIsTriedAgain() {
        WalWriter writer = open(0);
        append(writer, 100);
        writer.roll();
        disk.failCreates(1);
        assertThatThrownBy(() -> append(writer, 100)).isInstanceOfSatisfying(WalException.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Reason.TRANSIENT);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPENDED);
        });
        append(writer, 100);
        assertThat(writer.state()).isEqualTo(WalState.OPEN);
    }

    @Test
    void aFullDiskRefusesAndTakesTheFrameOnceThereIsRoom() {
        WalWriter writer = open(0);
        append(writer, 100);
        disk.room(5000);
        append(writer, 5000);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> append(writer, 5000))
                    .isInstanceOfSatisfying(WalException.class, failure -> {
                        assertThat(failure.reason()).isEqualTo(Reason.FULL);
                        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPENDED);
                    })
                    .hasMessageContaining("/sim/data/seg-");
        }
        disk.room(Long.MAX_VALUE);
        WalPosition second = append(writer, 5000);
        assertThat(second.offset()).isZero();
        assertThat(append(writer, 100).segment()).isEqualTo(second.segment());
    }

    @Test
    void whatASegmentHasRoomForIsTakenThoughTheDiskIsFull() {
        WalWriter writer = open(0);
        append(writer, 100);
        disk.room(0);
        for (int i = 0; i < 10; i++) {
            append(writer, 500);
        }
        assertThatThrownBy(() -> append(writer, 5000)).hasMessageContaining("no space left");
    }

    @Test
    void theLastFreeBytesAreLeftToSmallLogs() {
        WalStore store = store(20_000);
        long epoch = store.claim("ledger", TestLogs.ME);
        WalWriter data = store.open("data", epoch);
        WalWriter ledger = store.open("ledger", epoch);
        for (int i = 0; i < 30; i++) {
            append(data, 1000);
        }
        disk.room(19_000);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        append(data, 1000);
                    }
                })
                .isInstanceOfSatisfying(
                        WalException.class, full -> assertThat(full.reason()).isEqualTo(Reason.FULL))
                .hasMessageContaining("min-free");
        for (int i = 0; i < 10; i++) {
            append(ledger, 1000);
        }
        data.roll();
        data.trim(data.durableEnd());
        append(data, 1000);
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIsNamedWithWhatToDo() {
        assertRefused(
                new AccessDeniedException("/sim"), Reason.ACCESS_DENIED, "/sim", "permission denied", "right to write");
        assertRefused(
                new FileSystemException("/sim", null, "Read-only file system"),
                Reason.ACCESS_DENIED,
                "/sim",
                "read-only",
                "mount it");
        assertRefused(
                new FileSystemException("/sim", null, "No space left on device"), Reason.FULL, "/sim", "no space left");
        assertRefused(new IOException("something else"), Reason.TRANSIENT, "/sim", "something else");
    }

    private static void assertRefused(IOException cause, Reason reason, String... words) {
        assertThat(FsErrors.of("keep logs in", Path.of("/sim"), cause))
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageContainingAll(words);
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("program"));
        for (Path root : new Path[] {file, file.resolve("below")}) {
            WalStore store = LocalWalStore.at(root, LocalWalSettings.DEFAULT, clock);
            assertThatThrownBy(() -> store.claim("ledger", TestLogs.ME))
                    .isInstanceOfSatisfying(
                            WalException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED))
                    .hasMessageContainingAll(root.toString(), "file in the place of a directory");
        }
    }

    private LocalWalStore store(long minFree) {
        return SimTasks.store(new LocalWalSettings(SEGMENT, minFree, true), disk, clock);
    }

    private WalWriter open(long minFree) {
        WalStore store = store(minFree);
        return store.open("data", store.claim("ledger", TestLogs.ME));
    }

    private static WalPosition append(WalWriter writer, int bytes) {
        CompletableFuture<WalPosition> outcome = new CompletableFuture<>();
        writer.append(new TestFrame(writer::durableEnd, ByteBuffer.allocate(bytes)), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                outcome.complete(at);
            }

            @Override
            public void failed(WalException failure) {
                outcome.completeExceptionally(failure);
            }
        });
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw (WalException) e.getCause();
        }
    }
}
