// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.log.CommitLog;
import io.millrace.core.log.TestLogs;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What other processes do to a log on a real disk: die in the middle of it, or want it too. */
@Timeout(300)
class LocalWalProcessIT {
    private static final int KILLS = Integer.getInteger("millrace.test.kills", 5);

    @TempDir
    Path directory;

    @Test
    void aKilledProcessLosesNothingThatItSaidWasDurable() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int acknowledged = -1;
        for (int i = 0; i < KILLS; i++) {
            try (ChildJvm child = ChildJvm.run(NumberingMain.class, directory.toString())) {
                assertThat(child.line())
                        .startsWith("ready")
                        .satisfies(ready ->
                                assertThat(Integer.parseInt(ready.substring(6))).isGreaterThan(-1));
                int lines = 1 + random.nextInt(3000);
                for (int line = 0; line < lines; line++) {
                    acknowledged = Integer.parseInt(child.line());
                }
                child.kill();
                String late = child.line();
                while (late != null && isWholeNumber(late, acknowledged)) {
                    acknowledged = Integer.parseInt(late);
                    late = child.line();
                }
            }
            List<Integer> numbers = numbers();
            assertThat(numbers).as("seed %d", seed).hasSizeGreaterThan(acknowledged);
            for (int number = 0; number < numbers.size(); number++) {
                assertThat(numbers.get(number)).as("seed %d", seed).isEqualTo(number);
            }
        }
    }

    /** A killed process may leave half a line behind. */
    private static boolean isWholeNumber(String line, int after) {
        return line.equals(String.valueOf(after + 1));
    }

    private List<Integer> numbers() {
        List<Integer> numbers = new ArrayList<>();
        try (WalStore store = store()) {
            CommitLog log = CommitLog.open(store, "data", store.claim("ledger", TestLogs.ME), TestLogs.options("data"));
            log.replay(WalPosition.START, (type, stream, handle, payload) -> numbers.add(payload.readInt()));
            log.close();
        }
        return numbers;
    }

    @Test
    void aSecondProcessIsToldWhoHasTheLogsAndTakesOverWhenThatDies() throws Exception {
        try (ChildJvm holder = ChildJvm.run(HoldingMain.class, directory.toString())) {
            assertThat(holder.line()).isEqualTo("1");
            WalStore store = store();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> store.claim("ledger", TestLogs.ME))
                        .isInstanceOfSatisfying(
                                WalException.class,
                                refused -> assertThat(refused.reason()).isEqualTo(Reason.LOCKED))
                        .hasMessageContainingAll("'holding'", "process " + holder.pid() + " on child", "stop it");
            }
            holder.kill();
            assertThat(store.claim("ledger", TestLogs.ME)).isEqualTo(2);
            store.close();
        }
    }

    @Test
    void aRefusalInThisProcessDoesNotLetAnotherProcessIn() throws Exception {
        try (WalStore holder = store();
                WalStore second = store()) {
            holder.claim("ledger", TestLogs.ME);
            assertThatThrownBy(() -> second.claim("ledger", TestLogs.ME)).hasMessageContaining("this very process");
            try (ChildJvm child = ChildJvm.run(HoldingMain.class, directory.toString())) {
                assertThat(child.line()).startsWith("LOCKED").contains("'test'");
            }
            Path link = directory.resolveSibling(directory.getFileName() + "-link");
            Files.createSymbolicLink(link, directory);
            try (WalStore byAnotherName = LocalWalStore.at(link, LocalWalSettings.DEFAULT, TestLogs.REAL_TIME)) {
                assertThatThrownBy(() -> byAnotherName.claim("ledger", TestLogs.ME))
                        .hasMessageContaining("this very process");
            } finally {
                Files.delete(link);
            }
        }
    }

    private WalStore store() {
        return LocalWalStore.at(directory, new LocalWalSettings(256 << 10, 0, true), TestLogs.REAL_TIME);
    }
}
