// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.LogView;
import io.millrace.core.wal.WriterIdentities;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims a program's logs; if the program wants that, only when no other process runs it any more. Two processes that are
 * both restarted as soon as they end would otherwise, on a store that fences, end each other for ever. A store that locks
 * says itself whether another lives. On one that fences the ledger tells: a program that runs writes facts with each batch.
 */
final class Standby {
    private static final Logger LOG = LoggerFactory.getLogger(Standby.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    /** How many batches a program may be late with its facts before it counts as dead. */
    private static final int BATCHES = 3;

    private final Program program;
    private final WalStore store;
    private final Encryption encryption;
    private final TargetCheck targets;
    private boolean told;

    Standby(Program program, WalStore store, Encryption encryption, TargetCheck targets) {
        this.program = program;
        this.store = store;
        this.encryption = encryption;
        this.targets = targets;
    }

    /**
     * Returns the program's epoch, which is not raised if a target of its outputs would refuse the program.
     *
     * @throws MillraceException if one would
     */
    long claim() {
        if (program.settings().get(EngineOptions.START_IF_RUNNING) == EngineOptions.IfRunning.TAKE_OVER) {
            targets.beforeClaiming(store, encryption);
            return store.claim(Ledger.LOG, WriterIdentities.ofThisProcess(program.id()));
        }
        if (!store.capabilities().has(WalCapability.EXCLUSIVE_LOCK_ONLY)) {
            awaitSilence();
        }
        targets.beforeClaiming(store, encryption);
        while (true) {
            try {
                return store.claim(Ledger.LOG, WriterIdentities.ofThisProcess(program.id()));
            } catch (WalException e) {
                if (e.reason() != Reason.LOCKED) {
                    throw e;
                }
                pause(String.valueOf(e.getMessage()));
            }
        }
    }

    private void awaitSilence() {
        long quietSince = program.clock().nanos();
        Seen last = look();
        while (last.running()
                && program.clock().nanos() - quietSince < last.patience().toNanos()) {
            pause("its ledger was not closed, and may still grow");
            Seen now = look();
            if (now.facts() != last.facts() || now.lastPlanned() != last.lastPlanned()) {
                quietSince = program.clock().nanos();
            }
            last = now;
        }
    }

    /**
     * What the ledger says now.
     *
     * @param running whether the program has not said that it ends
     * @param facts how many facts there are
     * @param lastPlanned the last batch that was planned, since facts are summed up now and then
     * @param patience for how long nothing new must come
     */
    private record Seen(boolean running, long facts, long lastPlanned, Duration patience) {}

    private Seen look() {
        Duration patience = program.settings().get(EngineOptions.START_TAKE_OVER_AFTER);
        if (!store.logs().contains(Ledger.LOG)) {
            return new Seen(false, 0, 0, patience);
        }
        LedgerState state;
        AtomicLong facts = new AtomicLong();
        try (LogView view = LogView.of(store, Ledger.LOG, String.valueOf(program.checkpoint()), encryption)) {
            state = Ledger.read(view, fact -> facts.incrementAndGet());
        } catch (WalException e) {
            if (e.reason() != Reason.TRIMMED) {
                throw e;
            }
            return new Seen(true, -program.clock().nanos(), 0, patience); // what was just trimmed, somebody runs
        }
        Duration late = Duration.ofMillis(BATCHES * state.batchInterval());
        boolean running = state.programId() != null && !state.closed();
        return new Seen(running, facts.get(), state.lastPlanned(), late.compareTo(patience) > 0 ? late : patience);
    }

    private void pause(String why) {
        if (!told) {
            told = true;
            LOG.info("Program '{}' stands by: {}", program.id(), why);
        }
        try {
            program.starting().pause(POLL, program.clock());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "program '" + program.id() + "' was interrupted while it stood by for another process that runs it",
                    e);
        }
    }
}
