// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole programs whose state does not fit the memory that they are given. */
class SpilledProgramTest {
    private static final StateSpec<String, Long> STATE = StateSpec.named("totals", Codecs.STRING, Codecs.LONG);

    @TempDir
    private Path directory;

    private static List<Pair<String, Long>> ones(int from, int until, int step) {
        List<Pair<String, Long>> pairs = new ArrayList<>();
        for (int key = from; key < until; key += step) {
            pairs.add(Pair.of("key number " + key, 1L));
        }
        return pairs;
    }

    private long stored() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".mv"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void twoHundredThousandKeysInTheMemoryOfTenThousand() throws IOException {
        AtomicLong most = new AtomicLong();
        StreamResults results = StreamHarness.of(
                        "totals",
                        in -> in.pairs("ones", Codecs.STRING, Codecs.LONG).runningReduce(STATE, (left, right) -> {
                            if (left >= 2) {
                                most.accumulateAndGet(stored(), Math::max);
                            }
                            return left + right;
                        }))
                .set("state.store", "mvstore")
                .set("state.store.directory", directory.toString())
                .set("state.store.buffer", "1MiB")
                .set("state.memory", "1600KiB")
                .set("state.snapshot-after", "1MiB")
                .batches(
                        "ones",
                        ones(0, 100_000, 1),
                        ones(100_000, 200_000, 1),
                        ones(0, 200_000, 50),
                        ones(0, 200_000, 2_000))
                .restartAfter(3)
                .patience(Duration.ofMinutes(2))
                .run();

        List<List<Pair<String, Long>>> totals = results.output("totals");
        assertThat(totals.get(0)).hasSize(100_000).allMatch(total -> total.value() == 1);
        assertThat(totals.get(1)).hasSize(100_000).allMatch(total -> total.value() == 1);
        assertThat(totals.get(2)).hasSize(4_000).allMatch(total -> total.value() == 2);
        assertThat(totals.get(3)).hasSize(100).allMatch(total -> total.value() == 3);
        assertThat(most).as("bytes in the store's file").hasValueGreaterThan(3_000_000);
        assertThat(stored()).as("bytes left over").isZero();
    }

    @Test
    void survivesRestartsAndKillsInEveryBatch() {
        List<List<Pair<String, Long>>> batches = new ArrayList<>();
        for (int batch = 0; batch < 5; batch++) {
            batches.add(ones(batch * 50, batch * 50 + 100, 1));
        }
        StreamHarness harness = StreamHarness.of(
                        "totals",
                        in -> in.pairs("ones", Codecs.STRING, Codecs.LONG)
                                .mapWithState(STATE.timeout(Duration.ofSeconds(2)), (key, one, state) -> {
                                    long total = state.find().orElse(0L) + one.orElse(0L);
                                    if (!state.isTimingOut()) {
                                        state.update(total);
                                    }
                                    return key + (state.isTimingOut() ? " ends with " : " has ") + total;
                                }))
                .batches("ones", batches);
        List<List<String>> inMemory = harness.run().output("totals");
        harness.set("state.store", "mvstore")
                .set("state.store.directory", directory.toString())
                .set("state.memory", "4KiB")
                .set("state.snapshot-after", "4KiB")
                .inAllModes()
                .run()
                .assertOutput("totals")
                .batches(inMemory);
    }

    @Test
    void theDirectoryMustBeGiven() {
        StreamHarness harness = StreamHarness.of(
                        "totals",
                        in -> in.pairs("ones", Codecs.STRING, Codecs.LONG).runningReduce(STATE, Long::sum))
                .set("state.store", "mvstore")
                .batches("ones", ones(0, 10, 1));
        assertThatThrownBy(harness::run).isInstanceOf(MillraceException.class).hasMessageContaining("'directory'");
    }
}
