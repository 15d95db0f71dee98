// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.wal.s3.SimulatedBucket.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes take over from each other while everything that can fail does; the seed repeats a run's plan. */
@Timeout(300)
class S3ChaosTest {
    private static final int RUNS = Integer.getInteger("millrace.test.interleavings", 20);
    private static final Fate[] FATES = {
        Fate.DONE_UNANSWERED, Fate.LOST, Fate.LATE, Fate.TWICE, Fate.ERROR, Fate.SLOW_DOWN, Fate.CONFLICT
    };

    static LongStream seeds() {
        return LongStream.range(0, RUNS).map(run -> 0x5EED + run);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingAcknowledgedIsLostAndNothingIsThereTwice(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedBucket bucket = new SimulatedBucket();
        bucket.rememberLists();
        S3WalSettings settings = new S3WalSettings(
                4, 1 << 20, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ZERO, 4, false);
        List<S3WalStore> stores = new ArrayList<>();
        List<Appended> writers = new ArrayList<>();
        List<Long> before = List.of();
        long number = 0;
        for (int life = 0; life < 5; life++) {
            bucket.plan(request -> fate(random, request));
            S3WalStore store = S3Stores.open(bucket, settings);
            stores.add(store);
            Appended writer = Appended.open(store);
            List<Long> found = Appended.numbers(store);
            assertStays(before, found);
            assertThat(found).doesNotHaveDuplicates().isSorted();
            for (Appended earlier : writers) {
                assertThat(found).as("seed %s life %s", seed, life).containsAll(earlier.acknowledged());
            }
            before = found;
            for (Appended zombie : writers) {
                attempt(zombie, 1_000_000 + number);
            }
            writers.add(writer);
            int count = random.nextInt(1, 12);
            for (int i = 0; i < count; i++) {
                attempt(writer, number++);
            }
            if (random.nextBoolean()) {
                bucket.carryOutLate();
            }
        }
        bucket.plan(request -> Fate.DONE);
        bucket.carryOutLate();
        S3WalStore last = S3Stores.open(bucket, settings);
        Appended.open(last);
        List<Long> found = Appended.numbers(last);
        assertStays(before, found);
        assertThat(found).doesNotHaveDuplicates().isSorted();
        writers.forEach(writer -> assertThat(found).containsAll(writer.acknowledged()));
        assertThat(found).allMatch(value -> value < 1_000_000);
        stores.forEach(S3WalStore::close);
        last.close();
    }

    private static void assertStays(List<Long> before, List<Long> now) {
        assertThat(now).hasSizeGreaterThanOrEqualTo(before.size());
        assertThat(now.subList(0, before.size())).isEqualTo(before);
    }

    private static void attempt(Appended writer, long number) {
        if (writer.writer().state() == WalState.OPEN) {
            try {
                CompletableFuture<WalPosition> unused = writer.start(number);
            } catch (WalException e) {
                assertThat(writer.writer().state()).isNotEqualTo(WalState.OPEN);
            }
        }
    }

    private static Fate fate(SplittableRandom random, SimulatedBucket.Request request) {
        synchronized (random) {
            if (request.kind().equals("list") && random.nextInt(4) == 0) {
                return Fate.OLD_OR_PARTIAL;
            }
            if (request.creates("") && random.nextInt(3) == 0) {
                return FATES[random.nextInt(FATES.length)];
            }
            return Fate.DONE;
        }
    }
}
