// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.TestFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Appends frames to a writer and keeps what became of them, in the order of the answers. */
final class Appends {
    final List<WalPosition> durable = new ArrayList<>();
    final List<WalException> failed = new ArrayList<>();
    private final WalWriter writer;

    Appends(WalWriter writer) {
        this.writer = writer;
    }

    /** Appends a frame with so many zeros. */
    CompletableFuture<WalPosition> start(int bytes) {
        CompletableFuture<WalPosition> outcome = new CompletableFuture<>();
        send(bytes, outcome);
        return outcome;
    }

    /** Appends a frame and does not wait for it. */
    void send(int bytes) {
        send(bytes, new CompletableFuture<>());
    }

    private void send(int bytes, CompletableFuture<WalPosition> outcome) {
        writer.append(new TestFrame(writer::durableEnd, ByteBuffer.allocate(bytes)), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                durable.add(at);
                outcome.complete(at);
            }

            @Override
            public void failed(WalException failure) {
                failed.add(failure);
                outcome.completeExceptionally(failure);
            }
        });
    }

    /** Appends a frame and waits for it. */
    WalPosition append(int bytes) {
        try {
            return start(bytes).join();
        } catch (CompletionException e) {
            throw (WalException) e.getCause();
        }
    }
}
