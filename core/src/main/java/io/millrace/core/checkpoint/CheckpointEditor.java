// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState.Image;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogOptions;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.state.States;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WriterIdentity;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Changes the ledger of a program that does not run, on somebody's word. It claims the program as a start does, so a
 * program that runs is not disturbed but found out: the claim is refused, or, where a store cannot refuse, its heartbeat
 * is. Each change is a fact with its time.
 */
public final class CheckpointEditor implements AutoCloseable {
    /** A program that was seen within this time is taken to run. */
    private static final Duration ALIVE = Duration.ofSeconds(30);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final URI location;
    private final Ledger ledger;
    private final CommitLog state;
    private final CommitLog data;

    private CheckpointEditor(URI location, Map<String, String> settings, @Nullable Path plugins) {
        this.location = location;
        try {
            LocatedStore located = LocatedStore.open(location, settings, plugins, List.of());
            opened.push(located);
            located.store().sinceHeartbeat(Ledger.LOG).ifPresent(this::refuseIfAlive);
            long epoch = located.store().claim(Ledger.LOG, identity());
            state = open(located, States.LOG, epoch);
            data = open(located, Checkpoint.DATA, epoch);
            CommitLog log = open(located, Ledger.LOG, epoch);
            ledger = new Ledger(log, Long.MAX_VALUE, failure -> {});
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens a checkpoint to change it.
     *
     * @param location as a program gives it to its builder
     * @param settings of the log store, without their prefix
     * @param plugins the directory of drop-in plugins; null for none
     * @throws MillraceException if the program runs, or the checkpoint cannot be opened
     */
    public static CheckpointEditor open(URI location, Map<String, String> settings, @Nullable Path plugins) {
        return new CheckpointEditor(location, settings, plugins);
    }

    private void refuseIfAlive(Duration since) {
        if (since.compareTo(ALIVE) < 0) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the program at '" + location + "' was seen " + since.toSeconds() + " s ago: stop it first");
        }
    }

    private CommitLog open(LocatedStore located, String log, long epoch) {
        LogOptions options = LogOptions.defaults(
                log,
                LocatedStore::daemon,
                located.clock(),
                new MicrometerMetrics(new SimpleMeterRegistry(), "checkpoint", log));
        CommitLog made = CommitLog.open(located.store(), log, epoch, options);
        opened.push(made);
        return made;
    }

    private static WriterIdentity identity() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return new WriterIdentity("checkpoint", host, ProcessHandle.current().pid(), System.currentTimeMillis());
    }

    /** Makes this checkpoint what a savepoint says. It must hold no program yet. */
    public Savepoint.About importFrom(Path savepoint) {
        String program = ledger.state().programId();
        if (program != null) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "there is a checkpoint of program '" + program + "' at '" + location
                            + "' already: import into a place of its own");
        }
        Savepoint.About about = Savepoint.about(savepoint);
        try {
            Image image = Savepoint.restore(savepoint, state, data);
            append(new Fact.Snapshot(image));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "the import was interrupted; run it again", e);
        }
        return about;
    }

    /**
     * Makes an input go on elsewhere: a deliberate move, which skips records or reads them again.
     *
     * @param stream the input's name
     * @param positions by source partition, the next to read
     * @return where the partitions were before; those that are new are left out
     */
    public Map<String, Position> setPositions(String stream, Map<String, Position> positions) {
        Map<String, Position> known = ledger.state().positions(stream);
        if (known.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the checkpoint knows no input '" + stream + "': it has "
                            + new TreeSet<>(ledger.state().streams()));
        }
        Map<String, Position> before = new TreeMap<>();
        positions.keySet().forEach(partition -> {
            Position was = known.get(partition);
            if (was != null) {
                before.put(partition, was);
            }
        });
        write(new Fact.PositionsSet(stream, positions, System.currentTimeMillis()));
        return before;
    }

    /** Gives up states that no program declares any more; their place in the log is freed by the next start. */
    public void forgetStates(Collection<String> names) {
        for (String name : names) {
            if (!ledger.state().states().contains(name)) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "the checkpoint has no state '" + name + "': it has "
                                + new TreeSet<>(ledger.state().states()));
            }
        }
        write(new Fact.StatesForgotten(List.copyOf(names)));
    }

    private void write(Fact fact) {
        try {
            append(fact);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "the change was interrupted; look whether it was made", e);
        }
    }

    private void append(Fact fact) throws InterruptedException {
        CompletableFuture<Instant> durable = new CompletableFuture<>();
        ledger.append(fact, () -> durable.complete(Instant.now()));
        ledger.flush();
        try {
            durable.get();
        } catch (ExecutionException e) {
            throw new MillraceException(ErrorCode.INTERNAL, "the ledger did not answer", e);
        }
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (WalException e) {
                throw e;
            } catch (Exception e) {
                throw new MillraceException(ErrorCode.INTERNAL, "closing the checkpoint failed: " + e, e);
            }
        }
    }
}
