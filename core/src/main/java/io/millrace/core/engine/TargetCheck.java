// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.checkpoint.Savepoint;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.LogView;
import io.millrace.core.sink.Claimant;
import io.millrace.core.sink.Sinks;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the targets of a program's outputs would refuse it, before anything is claimed: a start that is
 * refused raises no epoch, neither the checkpoint's own nor one at another target, so that it is refused again however
 * often it is repeated.
 */
final class TargetCheck {
    private final Program program;
    private final Sinks sinks;

    TargetCheck(Program program, Sinks sinks) {
        this.program = program;
        this.sinks = sinks;
    }

    /**
     * Looks, and changes nothing.
     *
     * @throws MillraceException if an output may not be claimed, or its target cannot be read
     */
    void beforeClaiming(WalStore store, Encryption encryption) {
        if (sinks.isEmpty() || program.checkpoint() == null) {
            return;
        }
        // first the targets: what a process that still runs commits there meanwhile is in the ledger before
        Map<String, Optional<SinkClaim>> found = found();
        LedgerState ledger = ledger(store, encryption);
        if (ledger != null) {
            long epoch = ledger.claims().epoch();
            Claimant claimant = claimant(ledger, epoch == 0 ? Long.MAX_VALUE : epoch + 1);
            found.forEach(claimant::standing);
        }
    }

    /** What the targets say. */
    Map<String, Optional<SinkClaim>> found() {
        try {
            return sinks.look();
        } catch (MillraceException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.INTERNAL, "starting was interrupted", e);
        } catch (Exception e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "program '" + program.id() + "' could not look at the targets of its outputs: " + e,
                    e);
        }
    }

    /** On whose behalf outputs are claimed. */
    Claimant claimant(LedgerState ledger, long below) {
        return Claimant.of(
                program.id(),
                String.valueOf(program.checkpoint()),
                ledger,
                below,
                program.isForgotten() || program.settings().get(EngineOptions.START_ACCEPT_LOST_STATE));
    }

    /** What the ledger says, or will say; null if it cannot be read, which the start itself will tell. */
    private @Nullable LedgerState ledger(WalStore store, Encryption encryption) {
        LedgerState ledger = new LedgerState();
        try {
            if (store.logs().contains(Ledger.LOG)) {
                try (LogView view = LogView.of(store, Ledger.LOG, String.valueOf(program.checkpoint()), encryption)) {
                    ledger = Ledger.read(view, fact -> {});
                }
            }
        } catch (WalException e) {
            return null;
        }
        if (ledger.programId() != null) {
            return program.id().equals(ledger.programId()) ? ledger : null;
        }
        Path savepoint = program.savepoint();
        if (savepoint != null) {
            LedgerState.Image image = Savepoint.image(savepoint, encryption);
            if (!image.programId().equals(program.id())) {
                return null;
            }
            ledger.apply(new Fact.Snapshot(image.as("savepoint")));
        }
        return ledger;
    }
}
