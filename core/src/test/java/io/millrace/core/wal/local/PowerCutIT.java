// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.TestLogs;
import io.millrace.core.wal.local.JournaledDevice.Change;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cuts the power under a log on a real file system of the kernel: what it wrote to its block device is replayed up to any
 * moment, less any sectors that were not flushed by then; the file system recovers, then the log does. All that was
 * acknowledged by that moment is there, in order, and nothing but what was appended. Needs root and packages of the
 * operating system, so it is run by {@code -P long} only.
 */
@Tag("long")
@Timeout(3600)
class PowerCutIT {
    private static final int CUTS = Integer.getInteger("millrace.test.power-cuts", 100);
    private static final long DEVICE_BYTES = 320L << 20;
    private static final int ENTRIES = 4_000;
    private static final long SEED = Long.getLong("millrace.test.seed", 42);

    @TempDir
    private Path directory;

    /** How long the device's journal was, at most, when an entry was acknowledged. */
    private final NavigableMap<Long, Integer> acknowledged = new ConcurrentSkipListMap<>();

    /** How long it was, at least, when all before an entry was given up. */
    private final NavigableMap<Long, Integer> trimmed = new ConcurrentSkipListMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void whateverTheDeviceLostTheLogHoldsWhatItAcknowledged(String fileSystem) throws Exception {
        String missing = JournaledDevice.missing(fileSystem);
        assumeTrue(missing.isEmpty(), () -> "not run on " + fileSystem + ", for want of " + missing);
        JournaledDevice device = JournaledDevice.create(directory, fileSystem, DEVICE_BYTES);
        try (device) {
            write(device);
        }
        List<Change> changes = device.changes();
        Random random = new Random(SEED);
        int[] moments = IntStream.generate(() -> random.nextInt(changes.size()))
                .limit(CUTS)
                .sorted()
                .toArray();
        Path image = directory.resolve("cut");
        Path mount = Files.createDirectories(directory.resolve("after"));
        try (PowerCuts cuts = new PowerCuts(device.empty(), changes)) {
            for (int moment : moments) {
                long journal = cuts.state(moment, random, image);
                String what = fileSystem + ", seed " + SEED + ", cut after change " + moment + " of " + changes.size();
                JournaledDevice.run("mount", "-o", "loop", image.toString(), mount.toString());
                try {
                    check(what, mount.resolve("log"), journal);
                } finally {
                    JournaledDevice.run("umount", mount.toString());
                }
            }
        }
        System.out.printf(Locale.ROOT, "%s: %d cuts among %d changes%n", fileSystem, moments.length, changes.size());
    }

    private void write(JournaledDevice device) throws InterruptedException {
        Random random = new Random(SEED);
        try (WalStore store = store(device.files().resolve("log"))) {
            CommitLog log = open(store);
            for (int number = 0; number < ENTRIES; number++) {
                log.append(1, 0, new Watch(number, device), entry(number, random.nextInt(20) == 0 ? 30_000 : 200));
                if (random.nextInt(8) == 0) {
                    log.flush();
                }
                if (random.nextInt(400) == 0) {
                    log.flush();
                    trimmed.put(device.journalBytes(), number);
                    log.trim(log.end());
                }
            }
            log.close();
        }
        assertThat(acknowledged).isNotEmpty();
        assertThat(trimmed).isNotEmpty();
    }

    private void check(String what, Path directory, long journal) throws IOException, InterruptedException {
        var last = acknowledged.floorEntry(journal);
        var given = trimmed.floorEntry(journal);
        int firstKept = given == null ? 0 : given.getValue() + 1;
        List<Integer> numbers;
        try (WalStore store = store(directory)) {
            CommitLog log = open(store);
            numbers = numbers(log);
            int next = numbers.isEmpty() ? firstKept : numbers.get(numbers.size() - 1) + 1;
            assertThat(next).as("%s: end", what).isGreaterThanOrEqualTo(last == null ? 0 : last.getValue() + 1);
            if (!numbers.isEmpty()) {
                assertThat(numbers.get(0)).as("%s: beginning", what).isLessThanOrEqualTo(firstKept);
            }
            log.append(1, 0, new Ignored(), entry(next, 1000));
            log.flush();
            numbers.add(next);
            log.close();
        }
        try (WalStore store = store(directory)) {
            CommitLog log = open(store);
            assertThat(numbers(log)).as(what + ", and a further entry").isEqualTo(numbers);
            log.close();
        }
    }

    private static List<Integer> numbers(CommitLog log) {
        List<Integer> numbers = new ArrayList<>();
        log.replay(WalPosition.START, (type, stream, handle, payload) -> {
            int from = payload.position();
            byte[] bytes = Arrays.copyOfRange(payload.array(), from, from + payload.remaining());
            int number = ByteBuffer.wrap(bytes).getInt();
            assertThat(bytes).isEqualTo(entry(number, bytes.length).array());
            if (!numbers.isEmpty()) {
                assertThat(number).isEqualTo(numbers.get(numbers.size() - 1) + 1);
            }
            numbers.add(number);
        });
        return numbers;
    }

    private static ByteBuffer entry(int number, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) (number * 31 + 7));
        return ByteBuffer.wrap(bytes).putInt(0, number);
    }

    private static WalStore store(Path directory) {
        return LocalWalStore.at(directory, new LocalWalSettings(256 << 10, 0, true), TestLogs.REAL_TIME);
    }

    private static CommitLog open(WalStore store) {
        return CommitLog.open(store, "data", store.claim("ledger", TestLogs.ME), TestLogs.options("data"));
    }

    private static final class Ignored implements AppendCallback {
        @Override
        public void durable(LogHandle handle) {
            // flush() waits for it
        }

        @Override
        public void failed(WalException failure) {
            throw failure;
        }
    }

    private final class Watch implements AppendCallback {
        private final int number;
        private final JournaledDevice device;

        Watch(int number, JournaledDevice device) {
            this.number = number;
            this.device = device;
        }

        @Override
        public void durable(LogHandle handle) {
            acknowledged.merge(device.journalBytes(), number, Math::max);
        }

        @Override
        public void failed(WalException failure) {
            throw failure;
        }
    }
}
