// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.state.StateLog;
import io.millrace.spi.wal.WalException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a state that the program keeps and does not declare to the end of the state log, entry by entry as it is, so that
 * the log can be freed up to there. One state at a time, on a thread of its own; a copy counts when a batch has committed
 * it. Used by the engine's thread.
 */
final class StateCarrier implements AutoCloseable {
    private static final long MOST_UNDER_WAY = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EngineThread engine;
    private final Ledger ledger;
    private final CommitLog log;
    private final ThreadFactory threads;
    private final Consumer<Throwable> onFailure;
    private @Nullable String underWay;
    private @Nullable StateWritten copy;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    StateCarrier(
            EngineThread engine, Ledger ledger, CommitLog log, ThreadFactory threads, Consumer<Throwable> onFailure) {
        this.engine = engine;
        this.ledger = ledger;
        this.log = log;
        this.threads = threads;
        this.onFailure = onFailure;
    }

    /**
     * Begins to copy a state, unless one is being copied.
     *
     * @param written is told on the engine's thread how many bytes were written, all at once
     * @return whether it began
     */
    boolean carry(String state, LongConsumer written) {
        if (underWay != null || closed) {
            return false;
        }
        underWay = state;
        List<LogHandle> entries = ledger.state().stateHandles(state);
        Thread copier = threads.newThread(() -> copy(state, entries, written));
        thread = copier;
        copier.start();
        return true;
    }

    /** The copy that is ready, to be committed with the next batch; none after that, until another is ready. */
    List<StateWritten> ready() {
        StateWritten ready = copy;
        copy = null;
        return ready == null ? List.of() : List.of(ready);
    }

    /** These are committed. */
    void committed(List<StateWritten> states) {
        if (states.stream().anyMatch(state -> state.name().equals(underWay))) {
            underWay = null;
        }
    }

    private void copy(String state, List<LogHandle> entries, LongConsumer written) {
        try {
            List<CompletableFuture<LogHandle>> appended = new ArrayList<>();
            int durable = 0;
            long bytes = 0;
            long bytesUnderWay = 0;
            for (LogHandle entry : entries) {
                if (closed) {
                    return;
                }
                byte[] content = log.read(entry, StateLog.ENTRY_TYPE);
                appended.add(append(content));
                bytes += content.length;
                bytesUnderWay += content.length;
                while (bytesUnderWay > MOST_UNDER_WAY) {
                    bytesUnderWay -= appended.get(durable).join().length();
                    durable++;
                }
            }
            List<LogHandle> copies =
                    appended.stream().map(CompletableFuture::join).toList();
            long all = bytes;
            engine.execute(() -> {
                written.accept(all);
                copy = new StateWritten(state, true, copies, ledger.state().definition(state));
            });
        } catch (CompletionException | WalException e) {
            if (!closed) {
                onFailure.accept(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
            }
        }
    }

    private CompletableFuture<LogHandle> append(byte[] content) {
        CompletableFuture<LogHandle> durable = new CompletableFuture<>();
        log.append(
                StateLog.ENTRY_TYPE,
                0,
                new AppendCallback() {
                    @Override
                    public void durable(LogHandle handle) {
                        durable.complete(handle);
                    }

                    @Override
                    public void failed(WalException failure) {
                        durable.completeExceptionally(failure);
                    }
                },
                ByteBuffer.wrap(content));
        return durable;
    }

    /** Gives up what is being copied; who waits for the log ends with it. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        Thread copier = thread;
        if (copier != null) {
            copier.join(PATIENCE.toMillis());
        }
    }
}
