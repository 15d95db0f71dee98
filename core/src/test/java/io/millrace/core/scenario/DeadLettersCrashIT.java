// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a process that is killed, by {@code kill -9}, at moments that nobody chose. */
@Timeout(300)
class DeadLettersCrashIT {
    private static final int KILLS = Integer.getInteger("millrace.test.kills", 3);
    private static final long NUMBERS = 6_000;

    @TempDir
    private Path directory;

    @Test
    void eachElementThatFailedIsInAFileOnce() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start();
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                for (int lines = 1 + random.nextInt(12); lines > 0 && output.readLine() != null; lines--) {
                    assertThat(process.pid()).isPositive();
                }
                process.toHandle().destroyForcibly();
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(numbers()).as("seed %d, kill %d", seed, kill).doesNotHaveDuplicates();
        }
        Process last = start();
        try (BufferedReader output = last.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.lines().toList()).as("seed %d", seed).endsWith("done");
        }
        assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(numbers())
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, NUMBERS)
                        .filter(n -> n % 3 == 0)
                        .boxed()
                        .toList());
        try (Stream<Path> left = Files.list(directory.resolve("dead-letters/dying"))) {
            assertThat(left).allMatch(file -> file.toString().endsWith(DeadLetterFile.SUFFIX));
        }
    }

    private Process start() throws IOException {
        return TestJvm.start(
                DeadLettersMain.class, List.of(directory.resolve("checkpoint").toString(), Long.toString(NUMBERS)));
    }

    private List<Long> numbers() throws IOException {
        List<Long> numbers = new ArrayList<>();
        Path letters = directory.resolve("dead-letters/dying");
        if (Files.exists(letters)) {
            try (Stream<Path> files = Files.list(letters)) {
                for (Path file : files.filter(name -> name.toString().endsWith(DeadLetterFile.SUFFIX))
                        .toList()) {
                    for (DeadLetter letter : DeadLetterFile.read(file)) {
                        numbers.add(Long.parseLong(letter.element()));
                    }
                }
            }
        }
        return numbers;
    }
}
