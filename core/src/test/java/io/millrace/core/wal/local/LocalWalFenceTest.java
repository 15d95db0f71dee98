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
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two owners of one place whose locks do not hold, and files that are taken away from one that runs. */
class LocalWalFenceTest {
    private static final WriterIdentity ME = new WriterIdentity("test", "host", 1, 0);

    @TempDir
    Path directory;

    private final FailingFs disk = new FailingFs(new DiskFs());
    private final List<LocalWalStore> stores = new ArrayList<>();

    /** What may be done to a checkpoint behind a program's back. */
    enum Mishap {
        STORE_REMOVED {
            @Override
            void happen(Path store) throws IOException {
                remove(store);
            }
        },
        STORE_MOVED {
            @Override
            void happen(Path store) throws IOException {
                Files.move(store, store.resolveSibling("elsewhere"));
            }
        },
        STORE_REPLACED_BY_A_COPY {
            @Override
            void happen(Path store) throws IOException {
                Path moved = store.resolveSibling("elsewhere");
                Files.move(store, moved);
                copy(moved, store);
            }
        },
        LOG_MOVED {
            @Override
            void happen(Path store) throws IOException {
                Files.move(store.resolve("data"), store.resolve("other"));
            }
        },
        LOG_REMOVED {
            @Override
            void happen(Path store) throws IOException {
                remove(store.resolve("data"));
            }
        },
        SEGMENT_REMOVED {
            @Override
            void happen(Path store) throws IOException {
                Files.delete(store.resolve("data").resolve(SegmentIndex.fileName(WalPosition.segment(1, 0))));
            }
        },
        EPOCH_REMOVED {
            @Override
            void happen(Path store) throws IOException {
                Files.delete(store.resolve("EPOCH-000001"));
            }
        };

        abstract void happen(Path store) throws IOException;
    }

    private static void remove(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.toList();
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            Files.delete(all.get(i));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path file : all) {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
        }
    }

    private LocalWalStore store() {
        LocalWalStore store = new LocalWalStore(
                place(),
                new LocalWalSettings(64 << 10, 0, true),
                disk,
                TestLogs.REAL_TIME,
                Executors.newCachedThreadPool(TestLogs.DAEMONS),
                took -> {});
        stores.add(store);
        return store;
    }

    private Path place() {
        return directory.resolve("program");
    }

    private static WalWriter open(LocalWalStore store) {
        return store.open("data", store.claim("ledger", ME));
    }

    @AfterEach
    void abandon() {
        stores.forEach(LocalWalStore::abandon);
    }

    @ParameterizedTest
    @EnumSource(Mishap.class)
    void nothingIsAcknowledgedAfterFilesWereTakenAway(Mishap mishap) throws Exception {
        WalWriter writer = open(store());
        Appends appends = new Appends(writer);
        appends.append(100);
        mishap.happen(place());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> appends.append(100))
                    .isInstanceOfSatisfying(
                            WalException.class,
                            lost -> assertThat(lost.reason()).isEqualTo(Reason.CORRUPT))
                    .hasMessageContainingAll(place().toString(), "moved, removed or replaced");
        }
        assertThat(appends.durable).hasSize(1);
        assertThat(appends.failed.get(0).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(writer.state()).isEqualTo(WalState.FAILED);
    }

    @ParameterizedTest
    @EnumSource(Mishap.class)
    void aWriterWithoutWorkIsToldWhenItAsks(Mishap mishap) throws Exception {
        WalWriter writer = open(store());
        new Appends(writer).append(100);
        writer.verifyOwnership();
        mishap.happen(place());
        assertThatThrownBy(writer::verifyOwnership)
                .isInstanceOfSatisfying(
                        WalException.class, lost -> assertThat(lost.reason()).isEqualTo(Reason.CORRUPT));
    }

    @Test
    void aLogWhoseDirectoryIsGoneBeforeItsFirstSegmentIsNotWaitedFor() throws Exception {
        WalWriter writer = open(store());
        Mishap.LOG_REMOVED.happen(place());
        assertThatThrownBy(() -> new Appends(writer).append(100))
                .isInstanceOfSatisfying(
                        WalException.class, lost -> assertThat(lost.reason()).isEqualTo(Reason.CORRUPT));
    }

    @Test
    void aDirectoryThatIsGoneIsNotCalledFull() throws Exception {
        LocalWalStore full = new LocalWalStore(
                place(),
                new LocalWalSettings(64 << 10, Long.MAX_VALUE / 2, true),
                disk,
                TestLogs.REAL_TIME,
                Executors.newCachedThreadPool(TestLogs.DAEMONS),
                took -> {});
        stores.add(full);
        WalWriter writer = open(full);
        new Appends(writer).append(100); // a small log may use what is to stay free
        writer.roll();
        Mishap.STORE_REMOVED.happen(place());
        assertThatThrownBy(() -> new Appends(writer).append(100))
                .isInstanceOfSatisfying(
                        WalException.class, lost -> assertThat(lost.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining("moved, removed or replaced");
    }

    @Test
    void aBackupOfALiveStoreDisturbsNothing() throws Exception {
        Appends appends = new Appends(open(store()));
        appends.append(100);
        copy(place(), directory.resolve("backup"));
        appends.append(100);
        assertThat(appends.durable).hasSize(2);
    }

    @Test
    void whoLosesItsLockIsFencedByTheNextBeforeItAnswers() {
        disk.withoutLocks();
        WalWriter first = open(store());
        Appends appends = new Appends(first);
        appends.append(100);
        WalWriter second = open(store());
        assertThat(second.recovery().end()).isEqualTo(first.durableEnd());
        assertThatThrownBy(() -> appends.append(100))
                .isInstanceOfSatisfying(
                        WalException.class,
                        fenced -> assertThat(fenced.reason()).isEqualTo(Reason.FENCED));
        assertThat(appends.failed.get(0).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(first.state()).isEqualTo(WalState.FENCED);
        assertThat(new Appends(second).append(100).segment()).isEqualTo(WalPosition.segment(2, 0));
        second.verifyOwnership();
    }

    @Test
    void whoIsFencedWhileItLooksIsNotToldThatFilesAreLost() {
        disk.withoutLocks();
        WalWriter first = open(store());
        new Appends(first).append(100);
        disk.beforeNextList(() -> open(store()));
        assertThatThrownBy(first::verifyOwnership)
                .isInstanceOfSatisfying(
                        WalException.class,
                        fenced -> assertThat(fenced.reason()).isEqualTo(Reason.FENCED));
        assertThat(first.state()).isEqualTo(WalState.FENCED);
    }

    @Test
    void whatAFencedWriterWritesIsNeverFound() {
        disk.withoutLocks();
        Appends appends = new Appends(open(store()));
        appends.append(100);
        LocalWalStore second = store();
        WalPosition end = open(second).recovery().end();
        assertThatThrownBy(() -> appends.append(100)).isInstanceOf(WalException.class);
        second.abandon(); // it has written nothing to the log
        WalWriter third = open(store());
        assertThat(third.recovery().end()).isEqualTo(end);
    }

    @Test
    void segmentsOfAFencedWriterAreIgnoredAndRemoved() throws Exception {
        disk.withoutLocks();
        LocalWalStore first = store();
        new Appends(open(first)).append(100);
        Path data = place().resolve("data");
        LocalWalStore second = store();
        WalPosition end = open(second).recovery().end();
        // as a writer leaves it that looked at its epoch, slept, and went on to make a segment
        Path late = data.resolve(SegmentIndex.fileName(WalPosition.segment(1, 1)));
        Files.copy(data.resolve(SegmentIndex.fileName(WalPosition.segment(1, 0))), late);
        second.abandon();
        assertThat(open(store()).recovery().end()).isEqualTo(end);
        assertThat(late).doesNotExist();
    }

    @Test
    void aFencedWriterClosesWithoutShorteningWhatTheNextFound() throws Exception {
        disk.withoutLocks();
        WalWriter first = open(store());
        Appends appends = new Appends(first);
        appends.append(100);
        open(store());
        assertThatThrownBy(() -> appends.append(100)).isInstanceOf(WalException.class);
        Path segment = place().resolve("data").resolve(SegmentIndex.fileName(WalPosition.segment(1, 0)));
        long length = Files.size(segment);
        first.close();
        assertThat(Files.size(segment)).isEqualTo(length);
    }

    @Test
    void aMillraceThatKnowsNoFilesOfEpochsIsToldSo() throws Exception {
        open(store());
        assertThat(Files.readString(place().resolve("EPOCH"))).startsWith("millrace-epoch 2\n");
        assertThat(Files.readString(place().resolve("data/LOG"))).startsWith("millrace-log 2\n");
    }
}
