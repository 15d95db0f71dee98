// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.junit.RealHdfs;
import io.millrace.spi.wal.WalWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writers that sleep through their own replacement, or die: what they were told is in the log, and nothing that they do after. */
@ExtendWith(RealHdfs.class)
class ZombieIT {
    private static final int KILLS = Integer.getInteger("millrace.test.kills", 1);
    private static final int ZOMBIES = Integer.getInteger("millrace.test.zombies", 1);

    private final URI cluster;

    ZombieIT(HdfsCluster hdfs) {
        cluster = hdfs.uri();
    }

    static IntStream rounds() {
        return IntStream.range(0, ZOMBIES);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void wakesToFindThatNothingIsItsOwn(int round) throws Exception {
        URI place = TestStores.place(cluster);
        Process zombie = fork(place);
        try (BufferedReader said = zombie.inputReader(StandardCharsets.UTF_8);
                HdfsWalStore store = TestStores.store(place)) {
            long before = acknowledged(said, 20 + 10L * (round % 5));
            signal(zombie, "STOP");

            WalWriter owner = store.open(Load.LOG, store.claim("ledger", Load.ME));
            List<Long> inherited = Load.numbers(store);
            assertThat(inherited.size()).isGreaterThanOrEqualTo((int) before);
            if (round % 2 == 1) {
                owner.trim(owner.end());
            }
            signal(zombie, "CONT");

            assertThat(zombie.waitFor(60, TimeUnit.SECONDS)).isTrue();
            List<String> last = said.lines().toList();
            assertThat(last.get(last.size() - 1)).isEqualTo("ended FENCED FENCED");
            long after = number(last.get(last.size() - 2));
            assertThat(inherited.size()).isGreaterThanOrEqualTo((int) after);
            assertThat(Load.numbers(store)).isEqualTo(round % 2 == 1 ? List.of() : inherited);
            owner.verifyOwnership();
        } finally {
            zombie.destroyForcibly();
        }
    }

    static IntStream kills() {
        return IntStream.range(0, KILLS);
    }

    @ParameterizedTest
    @MethodSource("kills")
    void whatAKilledProcessWasToldIsThere(int round) throws Exception {
        URI place = TestStores.place(cluster);
        Process killed = fork(place);
        try (BufferedReader said = killed.inputReader(StandardCharsets.UTF_8);
                HdfsWalStore store = TestStores.store(place)) {
            long told = acknowledged(said, 10 + 7L * (round % 20));
            killed.toHandle().destroyForcibly();

            store.open(Load.LOG, store.claim("ledger", Load.ME));
            List<Long> found = Load.numbers(store);
            assertThat(found.size()).isGreaterThanOrEqualTo((int) told);
            assertThat(found)
                    .isEqualTo(LongStream.range(0, found.size()).boxed().toList());
        } finally {
            killed.destroyForcibly();
        }
    }

    private static long acknowledged(BufferedReader said, long wanted) throws IOException {
        String line = said.readLine();
        while (line != null) {
            if (line.startsWith("acknowledged ") && number(line) >= wanted) {
                return number(line);
            }
            line = said.readLine();
        }
        throw new AssertionError("the zombie ended before it was one");
    }

    private static long number(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static Process fork(URI place) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ZombieMain.class.getName(),
                        place.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
