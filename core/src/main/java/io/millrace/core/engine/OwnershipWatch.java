// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.StreamClock;
import io.millrace.api.StreamClock.Cancellable;
import io.millrace.core.log.CommitLog;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapabilities.Durability;
import io.millrace.spi.wal.WalCapability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Has stores look, time and again, whether the logs of a program are still its own and where they were, so that a program
 * without work learns of it, too. A store looks at each append, and an append may be long in coming.
 *
 * <p>How often depends on what a look costs. On a disk of this machine each log is looked at every second. On others a look
 * is a request to a server: there only the ledger is looked at, whose epoch is the program's, every ten seconds, and every
 * minute where requests cost money. What lives in this process only is not looked at, since nothing can take it away.
 */
final class OwnershipWatch implements AutoCloseable {
    private static final Duration ON_A_DISK = Duration.ofSeconds(1);
    private static final Duration ON_A_SERVER = Duration.ofSeconds(10);
    private static final Duration WHERE_REQUESTS_COST = Duration.ofMinutes(1);

    private final StreamClock clock;
    private final Duration interval;
    private final List<CommitLog> logs;
    private CompletableFuture<?> asked = CompletableFuture.completedFuture(null);
    private @Nullable Cancellable next;
    private boolean closed;

    private OwnershipWatch(StreamClock clock, Duration interval, List<CommitLog> logs) {
        this.clock = clock;
        this.interval = interval;
        this.logs = logs;
    }

    /**
     * Begins to look.
     *
     * @param others the logs beside the ledger
     */
    static OwnershipWatch begin(StreamClock clock, WalCapabilities store, CommitLog ledger, CommitLog... others) {
        OwnershipWatch watch;
        if (store.has(WalCapability.COSTS_PER_REQUEST)) {
            watch = new OwnershipWatch(clock, WHERE_REQUESTS_COST, List.of(ledger));
        } else if (store.durability() == Durability.NODE) {
            List<CommitLog> all = new ArrayList<>(List.of(others));
            all.add(ledger);
            watch = new OwnershipWatch(clock, ON_A_DISK, List.copyOf(all));
        } else {
            watch = new OwnershipWatch(clock, ON_A_SERVER, List.of(ledger));
        }
        if (store.durability() != Durability.PROCESS) {
            watch.schedule();
        }
        return watch;
    }

    private synchronized void schedule() {
        if (!closed) {
            next = clock.schedule(interval, this::look);
        }
    }

    /** Asks, unless the store still has to answer what it was asked before. What it says ends the log that it is about. */
    private void look() {
        if (asked.isDone()) {
            asked = CompletableFuture.allOf(
                    logs.stream().map(CommitLog::lookAtOwnership).toArray(CompletableFuture<?>[]::new));
        }
        schedule();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }
}
