// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Frames that are written while those before them wait for the disk. The disk waits until the test lets it go on. */
class LocalWalPipelineTest {
    /** More than what the appender syncs itself. */
    private static final int LARGE = 300 << 10;

    private final SimDisk disk = new SimDisk(1);
    private final ManualClock clock = new ManualClock();
    private final SimTasks tasks = new SimTasks();
    private final LocalWalStore store = SimTasks.store(new LocalWalSettings(2 << 20, 0, true), disk, clock, tasks);
    private final WalWriter writer = store.open("data", store.claim("ledger", TestLogs.ME));
    private final Appends appends = new Appends(writer);

    @Test
    void framesWrittenMeanwhileShareOneSyncAndAreAnsweredInOrder() {
        appends.append(10);
        tasks.hold(true);
        List<CompletableFuture<WalPosition>> started =
                List.of(appends.start(LARGE), appends.start(10), appends.start(10));
        WalPosition before = writer.durableEnd();
        assertThat(started).noneMatch(CompletableFuture::isDone);
        int changes = disk.operations();
        tasks.runAll();
        assertThat(disk.operations() - changes).as("one sync").isEqualTo(1);
        assertThat(started).allMatch(CompletableFuture::isDone);
        assertThat(appends.durable).hasSize(4).isSorted();
        assertThat(writer.durableEnd()).isGreaterThan(before);
    }

    @Test
    void aFailedSyncMovesEverythingThatWaitsForIt() {
        WalPosition first = appends.append(10);
        tasks.hold(true);
        appends.send(LARGE);
        appends.send(20);
        appends.send(30);
        disk.failForces(1);
        tasks.runAll();
        assertThat(appends.failed).isEmpty();
        assertThat(appends.durable).hasSize(4).isSorted();
        assertThat(appends.durable.subList(1, 4)).allMatch(at -> at.segment() == first.segment() + 1);
        assertThat(appends.append(10).segment()).isEqualTo(first.segment() + 1);
        assertThat(writer.state()).isEqualTo(WalState.OPEN);
    }

    @Test
    void aSecondFailureEndsTheLogAndNothingBehindItIsAcknowledged() {
        appends.append(10);
        disk.failForces(1);
        appends.append(10);
        tasks.hold(true);
        clock.advance(Duration.ofSeconds(10));
        WalPosition durable = writer.durableEnd();
        appends.send(LARGE);
        appends.send(20);
        disk.failForces(1);
        tasks.runAll();
        assertThat(appends.failed)
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
        appends.send(10);
        assertThat(appends.failed).hasSize(3);
        assertThat(appends.failed.get(2).outcome()).isEqualTo(Outcome.NOT_APPENDED);
        assertThat(appends.failed.get(2).reason()).isEqualTo(Reason.INDETERMINATE);
        assertThat(writer.durableEnd()).isEqualTo(durable);
        assertThat(writer.state()).isEqualTo(WalState.FAILED);
    }

    @Test
    void aFailedWriteBehindFramesThatAreLostIsUnknownToo() {
        appends.append(10);
        disk.failForces(1);
        appends.append(10);
        tasks.hold(true);
        appends.send(LARGE);
        disk.failWrites(1);
        disk.failForces(1);
        appends.send(20);
        assertThat(appends.failed)
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void aFailedWriteBehindAFrameThatWaitsIsMadeGoodAfterIt() {
        appends.append(10);
        tasks.hold(true);
        CompletableFuture<WalPosition> waiting = appends.start(LARGE);
        disk.failWrites(1);
        WalPosition moved = appends.append(20);
        assertThat(waiting).isCompleted();
        assertThat(moved.segment()).isEqualTo(waiting.join().segment() + 1);
        assertThat(appends.durable).hasSize(3).isSorted();
    }

    @Test
    void aFullDiskInTheMiddleOfASegmentLeavesNothingBehind() {
        appends.append(10);
        WalPosition end = writer.end();
        disk.failWritesAsFull(1);
        appends.send(1000);
        assertThat(appends.failed)
                .singleElement()
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.FULL))
                .satisfies(failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPENDED));
        Path segment = SimProgram.ROOT.resolve("data").resolve(SegmentIndex.fileName(end.segment()));
        assertThat(disk.bytes(segment)[(int) end.offset() + 128]).isZero();
        assertThat(appends.append(1000)).isEqualTo(end);
    }

    @Test
    void aNewSegmentBeginsOnlyWhenTheOldOneIsDurable() {
        tasks.hold(true);
        CompletableFuture<WalPosition> waiting = appends.start(LARGE);
        CompletableFuture<WalPosition> next = appends.start(2 << 20);
        assertThat(waiting).isCompleted();
        assertThat(next).isNotDone();
        tasks.runAll();
        assertThat(next).isCompleted();
        assertThat(next.join().segment()).isEqualTo(waiting.join().segment() + 1);
    }

    @Test
    void asManyFramesAsPromisedWaitAndNoMore() {
        tasks.hold(true);
        appends.send(LARGE);
        for (int i = 1; i < LocalWalWriter.MAX_IN_FLIGHT; i++) {
            appends.send(10);
        }
        assertThat(appends.durable).isEmpty();
        appends.send(10);
        assertThat(appends.durable).hasSize(LocalWalWriter.MAX_IN_FLIGHT + 1);
    }

    @Test
    void rollingAndClosingWaitForWhatIsUnderWay() {
        tasks.hold(true);
        appends.send(LARGE);
        writer.roll();
        assertThat(appends.durable).hasSize(1);
        appends.send(LARGE);
        writer.close();
        assertThat(appends.durable).hasSize(2).isSorted();
    }

    @Test
    void aFencedWriterAnswersWhatWasUnderWayFirst() {
        tasks.hold(true);
        appends.send(LARGE);
        store.claim("ledger", TestLogs.ME);
        appends.send(10);
        assertThat(appends.durable).isEmpty();
        assertThat(appends.failed)
                .allSatisfy(failure -> assertThat(failure.reason()).isEqualTo(Reason.FENCED))
                .extracting(WalException::outcome)
                .containsExactly(Outcome.UNKNOWN, Outcome.NOT_APPENDED);
    }
}
