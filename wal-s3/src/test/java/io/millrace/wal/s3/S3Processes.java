// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What other processes do to a log on a real server: die in the middle of it, or sleep through being replaced. */
@Timeout(3600)
abstract class S3Processes {
    private static final int KILLS = Integer.getInteger("millrace.test.kills", 3);
    private static final int ZOMBIES = Integer.getInteger("millrace.test.zombies", 2);

    private final String bucket;
    private final Map<String, String> settings;

    S3Processes(String bucket, Map<String, String> settings) {
        this.bucket = bucket;
        this.settings = settings;
    }

    final String bucket() {
        return bucket;
    }

    static LongStream zombies() {
        return LongStream.range(0, ZOMBIES);
    }

    @Test
    void aKilledProcessLosesNothingThatItSaidWasDurable() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long acknowledged = -1;
        for (int i = 0; i < KILLS; i++) {
            try (ChildJvm child = ChildJvm.run(NumberingMain.class, NumberingMain.arguments(bucket, settings))) {
                assertThat(child.line()).startsWith("ready ");
                int lines = 1 + random.nextInt(200);
                for (int line = 0; line < lines; line++) {
                    acknowledged = Long.parseLong(String.valueOf(child.line()));
                }
                child.kill();
                for (long late : numbersLeft(child)) {
                    acknowledged = Math.max(acknowledged, late);
                }
            }
            try (S3WalStore store = NumberingMain.store(bucket, settings)) {
                Appended.open(store);
                List<Long> found = Appended.numbers(store);
                assertThat(found).as("seed %d", seed).hasSizeGreaterThan((int) acknowledged);
                assertThat(found)
                        .as("seed %d", seed)
                        .isEqualTo(LongStream.range(0, found.size()).boxed().toList());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("zombies")
    void aProcessThatSleptThroughItsReplacementIsNotBelieved(long round) throws Exception {
        try (ChildJvm zombie = ChildJvm.run(NumberingMain.class, NumberingMain.arguments(bucket, settings));
                S3WalStore store = NumberingMain.store(bucket, settings)) {
            assertThat(zombie.line()).isEqualTo("ready 0");
            List<Long> said = new ArrayList<>();
            for (long line = 0; line < 20 + 10 * (round % 10); line++) {
                said.add(Long.parseLong(String.valueOf(zombie.line())));
            }
            zombie.signal("STOP");
            Appended owner = Appended.open(store);
            List<Long> inherited = Appended.numbers(store);
            owner.append(1_000_000, 1_000_020);
            if (round % 2 == 1) {
                owner.writer().trim(owner.writer().end());
            }
            List<Long> now = Appended.numbers(store);
            zombie.signal("CONT");
            said.addAll(numbersLeft(zombie));
            assertThat(inherited).as("all that it ever said was durable").containsAll(said);
            assertThat(Appended.numbers(store)).as("nothing of it was added").isEqualTo(now);
            owner.append(1_000_020, 1_000_025);
            owner.writer().verifyOwnership();
        }
    }

    /** What a process still says; it must end because it is fenced, if it says why it ends. */
    private static List<Long> numbersLeft(ChildJvm child) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String line = child.line(); line != null; line = child.line()) {
            if (line.startsWith("ended")) {
                assertThat(line).isEqualTo("ended FENCED");
            } else if (line.matches("\\d+")) {
                numbers.add(Long.parseLong(line));
            }
        }
        return numbers;
    }
}
