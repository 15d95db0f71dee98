// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.testkit.wal.TestFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A log's writer in a test: appends numbers, and knows which were acknowledged. */
final class Appended {
    static final WriterIdentity ME = new WriterIdentity("test", "host", 1, 0);

    private final WalWriter writer;
    private final List<Long> acknowledged = new ArrayList<>();

    Appended(WalWriter writer) {
        this.writer = writer;
    }

    /** Claims and opens. */
    static Appended open(WalStore store) {
        return new Appended(store.open("data", store.claim("ledger", ME)));
    }

    WalWriter writer() {
        return writer;
    }

    synchronized List<Long> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Appends a number without waiting. */
    CompletableFuture<WalPosition> start(long number) {
        CompletableFuture<WalPosition> outcome = new CompletableFuture<>();
        ByteBuffer payload = ByteBuffer.allocate(8).putLong(0, number);
        writer.append(new TestFrame(writer::durableEnd, payload), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                synchronized (Appended.this) {
                    acknowledged.add(number);
                }
                outcome.complete(at);
            }

            @Override
            public void failed(WalException failure) {
                outcome.completeExceptionally(failure);
            }
        });
        return outcome;
    }

    /** Appends numbers, one after the other. */
    void append(long from, long to) {
        for (long number = from; number < to; number++) {
            await(start(number));
        }
    }

    static WalPosition await(CompletableFuture<WalPosition> outcome) {
        try {
            return outcome.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WalException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** What an append failed with. */
    static WalException failure(CompletableFuture<WalPosition> outcome) {
        try {
            await(outcome);
        } catch (WalException e) {
            return e;
        }
        throw new AssertionError("the append succeeded");
    }

    /** The numbers that a log holds, in order. */
    static List<Long> numbers(WalStore store) {
        int payloadStart = new TestFrame(() -> WalPosition.START, ByteBuffer.allocate(8)).payloadStart();
        List<Long> numbers = new ArrayList<>();
        try (WalReader reader = store.reader("data")) {
            for (WalReader.Segment segment : reader.segments()) {
                ByteBuffer into = ByteBuffer.allocate((int) segment.length());
                assertThat(reader.read(segment.id(), 0, into)).isEqualTo((int) segment.length());
                numbers.add(into.getLong(payloadStart));
            }
        }
        return numbers;
    }
}
