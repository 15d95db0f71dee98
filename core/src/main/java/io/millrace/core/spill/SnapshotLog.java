// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.api.codec.ByteWriter;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.state.ChunkLog;
import io.millrace.core.state.StateLog;
import io.millrace.spi.wal.WalException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Appends snapshots to the state log from tasks, which wait while much of it is on its way. Thread-safe. */
public final class SnapshotLog implements ChunkLog {
    private static final long ON_ITS_WAY = 8L << 20;

    private final CommitLog log;

    /** For the state log. */
    public SnapshotLog(CommitLog log) {
        this.log = log;
    }

    @Override
    public CompletableFuture<LogHandle> append(ByteWriter chunk) {
        awaitRoom();
        CompletableFuture<LogHandle> appended = new CompletableFuture<>();
        log.append(
                StateLog.ENTRY_TYPE,
                0,
                new AppendCallback() {
                    @Override
                    public void durable(LogHandle handle) {
                        appended.complete(handle);
                    }

                    @Override
                    public void failed(WalException failure) {
                        appended.completeExceptionally(failure);
                    }
                },
                ByteBuffer.wrap(chunk.array(), 0, chunk.size()));
        return appended;
    }

    private void awaitRoom() {
        CountDownLatch room = new CountDownLatch(1);
        log.whenBelow(ON_ITS_WAY, room::countDown);
        try {
            room.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("a snapshot was interrupted");
        }
    }
}
