// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.core.block.SealedBlock;
import io.millrace.core.checkpoint.CheckpointSummary.StateSummary;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.ledger.LedgerState.UnfinishedOutput;
import io.millrace.core.log.LogHandle;
import io.millrace.core.log.LogView;
import io.millrace.core.state.StateLog;
import io.millrace.core.state.States;
import io.millrace.spi.plugin.Provider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The logs of a program, to look at. Nothing is claimed, fenced or written; the program may run meanwhile, and what it
 * writes after this was opened is not seen.
 */
public final class Checkpoint implements AutoCloseable {
    /** The name of the log of blocks. */
    static final String DATA = "data";

    private final URI location;
    private final LocatedStore located;
    private final LedgerState ledger;
    private Optional<Fact.Started> lastStart = Optional.empty();
    private long facts;

    /** Looks at a store that is open, and closes it. */
    Checkpoint(LocatedStore located) {
        this.location = located.location();
        this.located = located;
        try {
            located.ensureCheckpoint();
            ledger = read();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens a checkpoint.
     *
     * @param location as a program gives it to its builder
     * @param settings of the log store, without their prefix, and those of encryption, with it
     * @param plugins the directory of drop-in plugins; null for none
     * @throws MillraceException if there is none, no store of its scheme is found, or its ledger is damaged
     */
    public static Checkpoint open(URI location, Map<String, String> settings, @Nullable Path plugins) {
        return open(location, settings, plugins, List.of());
    }

    /** {@link #open(URI, Map, Path)} with providers that the program made itself. */
    public static Checkpoint open(
            URI location, Map<String, String> settings, @Nullable Path plugins, List<Provider> given) {
        return new Checkpoint(LocatedStore.open(location, settings, plugins, given));
    }

    private LedgerState read() {
        try (LogView view = view(Ledger.LOG)) {
            return Ledger.read(view, fact -> {
                if (fact instanceof Fact.Started started) {
                    lastStart = Optional.of(started);
                }
                facts++;
            });
        }
    }

    /** What it says. */
    public CheckpointSummary summary() {
        String program = ledger.programId();
        if (program == null) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the checkpoint at '" + location + "' is empty: no program was started on it");
        }
        Map<String, Map<String, String>> positions = new TreeMap<>();
        for (String stream : ledger.streams()) {
            Map<String, String> of = new TreeMap<>();
            ledger.positions(stream).forEach((partition, position) -> of.put(partition, position.toString()));
            positions.put(stream, of);
        }
        return new CheckpointSummary(
                program,
                lastStart.map(Fact.Started::epoch).orElse(0L),
                lastStart.map(start -> Instant.ofEpochMilli(start.atMillis())),
                Duration.ofMillis(ledger.batchInterval()),
                ledger.closed(),
                time(ledger.lastPlanned()),
                time(ledger.lastCommitted()),
                ledger.planned().keySet().stream().map(Instant::ofEpochMilli).toList(),
                positions,
                ledger.waiting().size(),
                ledger.waiting().stream().mapToLong(Fact.BlockAdded::records).sum(),
                states(),
                facts);
    }

    private static Optional<Instant> time(long millis) {
        return millis == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private Map<String, StateSummary> states() {
        Map<String, StateSummary> states = new TreeMap<>();
        try (LogView view = view(States.LOG)) {
            for (String name : ledger.states()) {
                LedgerState.StateSize size = ledger.stateSize(name);
                List<LogHandle> handles = ledger.stateHandles(name);
                String codecs = handles.isEmpty()
                        ? "nothing stored"
                        : StateLog.codecs(
                                new ByteReader(view.read(handles.get(handles.size() - 1), StateLog.ENTRY_TYPE)));
                states.put(name, new StateSummary(size.snapshotBytes(), size.changeBytes(), codecs));
            }
        }
        return states;
    }

    /**
     * Reads everything that the next start would need, and checks it.
     *
     * @throws io.millrace.spi.wal.WalException for the first damage, naming the file and the place
     */
    public Verified verify() {
        List<LogHandle> entries = new ArrayList<>();
        ledger.states().forEach(state -> entries.addAll(ledger.stateHandles(state)));
        List<LogHandle> blocks = new ArrayList<>();
        ledger.waiting().forEach(block -> blocks.add(block.handle()));
        ledger.planned().values().forEach(batch -> batch.blocks().forEach(block -> blocks.add(block.handle())));
        int threads = Runtime.getRuntime().availableProcessors();
        try (LogView view = view(States.LOG)) {
            view.check(entries, StateLog.ENTRY_TYPE, threads);
            view.checkEnd();
        }
        try (LogView view = view(DATA)) {
            view.check(blocks, SealedBlock.ENTRY_TYPE, threads);
            view.checkEnd();
        }
        long bytes = Stream.concat(entries.stream(), blocks.stream())
                .mapToLong(LogHandle::length)
                .sum();
        return new Verified(
                facts,
                entries.size(),
                blocks.size(),
                bytes,
                located.encryption().usedKeys());
    }

    /**
     * What was read without finding damage.
     *
     * @param facts of the ledger
     * @param stateEntries of the state log
     * @param blocks of the data log
     * @param bytes of the latter two
     * @param keys the ids of the keys that it is encrypted with
     */
    public record Verified(long facts, int stateEntries, int blocks, long bytes, SortedSet<String> keys) {}

    /** For how many committed batches the sink of each output prepared something that is not finished, by output. */
    public SortedMap<String, Integer> unfinishedBatches() {
        SortedMap<String, Integer> batches = new TreeMap<>();
        unfinished().forEach(left -> batches.merge(left.prepared().output(), 1, Integer::sum));
        return batches;
    }

    /** What sinks prepared for committed batches and did not finish. Only the sink of an output can check it. */
    public List<UnfinishedOutput> unfinished() {
        return ledger.unfinished();
    }

    /** What the ledger says. */
    LedgerState ledger() {
        return ledger;
    }

    /** A log, to look at. */
    LogView view(String log) {
        return LogView.of(located.store(), log, location.toString(), located.encryption());
    }

    /**
     * Writes a savepoint of this.
     *
     * @param plain whether it is not to be encrypted although there is a key
     * @throws MillraceException if the file exists or cannot be written; {@code TRIMMED} if the program that runs freed
     *     what was to be read: try again
     */
    public void export(Path file, boolean plain) {
        summary(); // refuses an empty one
        try (LogView state = view(States.LOG);
                LogView data = view(DATA)) {
            Savepoint.write(
                    ledger.image(),
                    handle -> state.read(handle, StateLog.ENTRY_TYPE),
                    handle -> data.read(handle, SealedBlock.ENTRY_TYPE),
                    file,
                    plain ? Encryption.NONE : located.encryption());
        }
    }

    @Override
    public void close() {
        located.close();
    }
}
