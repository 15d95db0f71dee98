// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteWriter;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.TestLogs;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WriterIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The ledger over a log: what a start finds of what the starts before it wrote. */
class LedgerTest {
    private final Memory memory = new Memory();

    @Test
    void aBatchPlannedBeforeAKillAndCommittedAfterItIsKnownOnceTheLogIsTrimmedBetween() throws Exception {
        try (Ledger killed = open()) {
            append(killed, new Fact.Started("test", 1, 1_000, 0, "", List.of()));
            append(
                    killed,
                    new Fact.BatchPlanned(
                            1_000, List.of(), Map.of(), List.of("out"), 1_000, Fact.BatchPlanned.NOT_KNOWN));
        }
        try (Ledger stopped = open()) {
            append(stopped, new Fact.Started("test", 2, 1_000, 1_000, "", List.of()));
            append(stopped, new Fact.BatchCommitted(1_000, 0, 5, List.of()));
            stopped.snapshot(); // cuts the log before this start's own segment: the plan is gone
            append(stopped, new Fact.Closed(2_000));
        }
        try (Ledger next = open()) {
            assertThat(next.state().planned()).isEmpty();
            assertThat(next.state().lastPlanned()).isEqualTo(1_000);
        }
    }

    @Test
    void factsThatContradictEachOtherAreRefused() throws Exception {
        try (Ledger ledger = open()) {
            append(
                    ledger,
                    new Fact.BatchPlanned(1_000, List.of(), Map.of(), List.of(), 1_000, Fact.BatchPlanned.NOT_KNOWN));
            append(ledger, new Fact.BatchCommitted(1_000, 0, 0, List.of()));
            assertThatThrownBy(() -> ledger.append(new Fact.BatchCommitted(1_000, 0, 0, List.of()), () -> {}))
                    .isInstanceOf(IllegalStateException.class);
        }
        try (CommitLog log = log()) {
            CompletableFuture<Void> durable = new CompletableFuture<>();
            ByteWriter bytes = new ByteWriter(64);
            Fact again = new Fact.BatchCommitted(1_000, 0, 0, List.of());
            FactCodec.encode(again, bytes);
            log.append(
                    FactCodec.type(again),
                    0,
                    new AppendCallback() {
                        @Override
                        public void durable(LogHandle handle) {
                            durable.complete(null);
                        }

                        @Override
                        public void failed(WalException failure) {
                            durable.completeExceptionally(failure);
                        }
                    },
                    ByteBuffer.wrap(bytes.array(), 0, bytes.size()));
            durable.get(10, TimeUnit.SECONDS);
        }
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                .hasMessageContaining("contradicts itself: batch 1000 is committed, but the next to commit is none");
    }

    @Test
    void whatIsNoFactIsDamage() throws Exception {
        try (CommitLog log = log()) {
            log.append(
                    FactCodecTest.BATCH_PLANNED,
                    0,
                    new AppendCallback() {
                        @Override
                        public void durable(LogHandle handle) {
                            // read below
                        }

                        @Override
                        public void failed(WalException failure) {
                            // flush throws it
                        }
                    },
                    ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}));
            log.flush();
        }
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA));
    }

    private static void append(Ledger ledger, Fact fact) throws Exception {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        ledger.append(fact, () -> durable.complete(null));
        durable.get(10, TimeUnit.SECONDS);
    }

    private Ledger open() {
        return new Ledger(log(), 1 << 20, failure -> {
            throw failure;
        });
    }

    private CommitLog log() {
        InMemoryWalStore store = new InMemoryWalStore(memory);
        long epoch = store.claim(Ledger.LOG, new WriterIdentity("test", "localhost", 1, 0));
        return CommitLog.open(store, Ledger.LOG, epoch, TestLogs.options(Ledger.LOG));
    }
}
