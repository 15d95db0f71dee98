// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogOptions;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.state.States;
import io.millrace.core.wal.WriterIdentities;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Changes the ledger of a program that does not run, on somebody's word. It claims the program as a start does: a store
 * that locks refuses that while the program lives. One that fences would take the logs away from a program that runs, so
 * there a program that was not stopped gracefully is left alone unless it is to be taken over. Each change is a fact.
 */
public final class CheckpointEditor implements AutoCloseable {
    /** A program that was seen within this time is taken to run. */
    private static final Duration ALIVE = Duration.ofSeconds(30);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final URI location;
    private final Encryption encryption;
    private final Ledger ledger;
    private final CommitLog state;
    private final CommitLog data;

    private CheckpointEditor(LocatedStore located, boolean takeOver) {
        this.location = located.location();
        this.encryption = located.encryption();
        opened.push(located);
        try {
            if (!takeOver && mayRun(located)) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "the program at '" + location
                                + "' was not stopped gracefully and may be running, which this log"
                                + " store cannot tell: stop it, or say --takeover if it is dead");
            }
            long epoch = located.store().claim(Ledger.LOG, WriterIdentities.ofThisProcess("checkpoint"));
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
     * Opens a checkpoint to change it, and makes one where there is none.
     *
     * @param location as a program gives it to its builder
     * @param settings of the log store, without their prefix, and those of encryption, with it
     * @param plugins the directory of drop-in plugins; null for none
     * @param takeOver whether to fence a program that may be running, on a store that can
     * @throws MillraceException if the program runs or may be running, or the checkpoint cannot be opened
     */
    public static CheckpointEditor open(
            URI location, Map<String, String> settings, @Nullable Path plugins, boolean takeOver) {
        return open(location, settings, plugins, takeOver, List.of());
    }

    /** {@link #open(URI, Map, Path, boolean)} with providers that the program made itself. */
    public static CheckpointEditor open(
            URI location,
            Map<String, String> settings,
            @Nullable Path plugins,
            boolean takeOver,
            List<Provider> given) {
        return new CheckpointEditor(LocatedStore.open(location, settings, plugins, given), takeOver);
    }

    /**
     * {@link #open(URI, Map, Path, boolean)} of a checkpoint that is there. Where none is, nothing is made.
     *
     * @throws MillraceException also if there is none
     */
    public static CheckpointEditor openExisting(
            URI location, Map<String, String> settings, @Nullable Path plugins, boolean takeOver) {
        LocatedStore located = LocatedStore.open(location, settings, plugins, List.of());
        try {
            located.ensureCheckpoint();
        } catch (RuntimeException e) {
            located.close();
            throw e;
        }
        return new CheckpointEditor(located, takeOver);
    }

    /** Whether claiming would fence a program of which nobody knows that it has ended. */
    private static boolean mayRun(LocatedStore located) {
        WalStore store = located.store();
        if (store.capabilities().has(WalCapability.EXCLUSIVE_LOCK_ONLY)
                || !store.logs().contains(Ledger.LOG)) {
            return false;
        }
        Optional<Duration> seen = store.sinceHeartbeat(Ledger.LOG);
        if (seen.isPresent()) {
            return seen.get().compareTo(ALIVE) < 0;
        }
        LedgerState ledger = new Checkpoint(located).ledger();
        return ledger.programId() != null && !ledger.closed();
    }

    private CommitLog open(LocatedStore located, String log, long epoch) {
        LogOptions options = LogOptions.defaults(
                        log,
                        LocatedStore::daemon,
                        located.clock(),
                        new MicrometerMetrics(new SimpleMeterRegistry(), "checkpoint", log))
                .withEncryption(located.encryption());
        CommitLog made = CommitLog.open(located.store(), log, epoch, options);
        opened.push(made);
        return made;
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
        Savepoint.restore(savepoint, state, data, encryption).forEach(this::write);
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

    /** Makes a fact durable; a program that had ended gracefully has so still. */
    private void write(Fact fact) {
        boolean closed = ledger.state().closed();
        ledger.append(fact, () -> {});
        if (closed) {
            ledger.append(new Fact.Closed(System.currentTimeMillis()), () -> {});
        }
        try {
            ledger.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "the change was interrupted; look whether it was made", e);
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
