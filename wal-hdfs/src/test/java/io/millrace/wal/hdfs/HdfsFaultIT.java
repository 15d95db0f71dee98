// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.HdfsNode;
import io.millrace.servers.TcpProxy;
import io.millrace.servers.junit.RealHdfs;
import io.millrace.spi.wal.WalWriter;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Datanodes that die or hang, and a namenode that is away, while a log is written. However it goes on, what was
 * acknowledged is in the log, once, in order.
 */
@ExtendWith(RealHdfs.class)
@Timeout(900)
class HdfsFaultIT {
    private static final int ROUNDS = Integer.getInteger("millrace.test.hdfs-faults", 1);

    private final HdfsCluster hdfs;
    private final URI place;

    HdfsFaultIT(HdfsCluster hdfs) {
        this.hdfs = hdfs;
        this.place = TestStores.place(hdfs.uri());
    }

    /** Where in a segment's life a datanode is lost. */
    private enum Phase {
        /** Between two frames, somewhere in a segment. */
        MIDDLE,
        /** Before there is a segment. */
        CREATE,
        /** When the first frame is on its way. */
        FIRST_SYNC,
        /** While a segment ends and the next begins. */
        ROLL,
        /** While the writer is closed. */
        CLOSE
    }

    private enum Loss {
        KILLED,
        STOPPED
    }

    record Case(int number, Phase phase, Loss loss) {}

    /** In a short run the middle alone. */
    static Stream<Case> cases() {
        Phase[] phases = ROUNDS == 1 ? new Phase[] {Phase.MIDDLE} : Phase.values();
        AtomicInteger number = new AtomicInteger();
        return IntStream.range(0, ROUNDS)
                .boxed()
                .flatMap(round -> Stream.of(phases))
                .flatMap(
                        phase -> Stream.of(Loss.values()).map(loss -> new Case(number.getAndIncrement(), phase, loss)));
    }

    @AfterEach
    void mendTheCluster() {
        for (HdfsNode node : hdfs.datanodes()) {
            if (node.isAlive()) {
                node.resume();
            } else {
                node.restart();
            }
        }
        hdfs.awaitDatanodes(3);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneOfThreeDatanodesIsLost(Case lost) {
        HdfsNode victim = hdfs.datanodes().get(lost.number % 3);
        Runnable loss = lost.loss == Loss.KILLED ? victim::kill : victim::pause;
        try (HdfsWalStore store = TestStores.store(place);
                HdfsWalStore next = TestStores.store(place)) {
            if (lost.phase == Phase.CREATE) {
                loss.run();
            }
            Load load = Load.start(store);
            switch (lost.phase) {
                case CREATE -> load.await(20);
                case FIRST_SYNC -> {
                    loss.run();
                    load.await(20);
                }
                case MIDDLE -> {
                    load.await(50);
                    loss.run();
                    load.await(100);
                }
                case ROLL -> {
                    load.await(33); // of 30 kB each: a segment is 1 MiB
                    loss.run();
                    load.await(50);
                }
                case CLOSE -> {
                    load.await(20);
                    load.close();
                    loss.run();
                    load.writer().close();
                }
            }
            load.verify(next);
        }
    }

    @Test
    void theNamenodeIsAwayForAWhile() {
        try (HdfsWalStore store = TestStores.store(place);
                HdfsWalStore next = TestStores.store(place)) {
            Load load = Load.start(store);
            load.await(20);
            hdfs.namenode().kill();
            hdfs.namenode().restart();
            load.await(100);
            load.verify(next);
        }
    }

    @Test
    void theWayToTheNamenodeIsCut() throws Exception {
        try (TcpProxy proxy = new TcpProxy(hdfs.port());
                // One segment for the whole cut: the next could not be made.
                HdfsWalStore store = TestStores.store(
                        URI.create("hdfs://127.0.0.1:" + proxy.port() + place.getPath()), "segment.size", "256MiB");
                HdfsWalStore next = TestStores.store(place)) {
            Load load = Load.start(store);
            load.await(20);
            proxy.cut();
            load.await(5); // the datanodes are still there
            proxy.heal();
            load.await(100);
            load.verify(next);
        }
    }

    @Test
    void nothingIsAcknowledgedOnASingleDatanode() {
        try (HdfsWalStore store = TestStores.store(place);
                HdfsWalStore next = TestStores.store(place)) {
            Load load = Load.start(store);
            load.await(20);
            hdfs.datanodes().get(0).kill();
            hdfs.datanodes().get(1).kill();
            awaitNoMore(load);
            int stuck = load.count();
            hdfs.awaitDatanodes(1);
            assertThat(load.count()).isEqualTo(stuck);
            hdfs.datanodes().get(0).restart();
            load.await(20);
            load.verify(next);
        }
    }

    /** What was on its way when the datanodes died may still be answered. */
    private static void awaitNoMore(Load load) {
        int[] seen = {-1};
        Awaitility.await().pollInterval(Duration.ofSeconds(1)).until(() -> {
            boolean same = seen[0] == load.count();
            seen[0] = load.count();
            return same;
        });
    }

    @Test
    void aWriterThatIsClosedTwiceAndOpenedAgainInItsEpochGoesOn() {
        try (HdfsWalStore store = TestStores.store(place)) {
            long epoch = store.claim("ledger", Load.ME);
            WalWriter first = store.open(Load.LOG, epoch);
            first.close();
            first.close();
            assertThat(store.open(Load.LOG, epoch).recovery().end())
                    .isEqualTo(first.recovery().end());
        }
    }
}
