// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.ledger.Ledger;
import io.millrace.core.watch.Conditions;
import java.time.Duration;

/**
 * Bounds what the next start would have to replay: the changes of states and the facts that no snapshot covers. The limit
 * is what was configured, or twice what the snapshots hold: a start reads those in any case, and a large state that was
 * written whole for every few changes would do nothing else. Near the limit the next batch writes states whole, largest
 * changes first; at the limit batches go one at a time, each writing what is due, and the others wait. So never more is
 * uncovered than the limit and the changes of a batch. Used by the engine's thread.
 */
final class RecoveryLimit {
    private static final String SUBJECT = "batches";

    private final long configured;
    private final Ledger ledger;
    private final StateWriter states;
    private final Conditions conditions;
    private boolean reached;
    private volatile long uncovered;

    RecoveryLimit(long configured, Ledger ledger, StateWriter states, Conditions conditions) {
        this.configured = configured;
        this.ledger = ledger;
        this.states = states;
        this.conditions = conditions;
    }

    /** How many bytes of facts are written at most before the ledger is summed up, so that states have the rest. */
    static long ledgerSnapshotAfter(long limit, long configured) {
        return Math.min(configured, limit / 8);
    }

    /** How many bytes may be uncovered beside snapshots of this size. */
    static long limit(long configured, long snapshotBytes) {
        return Math.max(configured, 2 * snapshotBytes);
    }

    /** How many bytes of changes may be uncovered before states are written whole that would not have to be yet. */
    static long stateSnapshotsFrom(long limit) {
        return limit - limit / 4;
    }

    /** Whether a batch must wait until those before it are committed. */
    boolean reached() {
        look();
        return reached;
    }

    /** Counts again, and says so when the limit is reached or is not any more. */
    void look() {
        long ofStates = states.uncovered();
        long ofLedger = ledger.uncovered();
        uncovered = ofStates + ofLedger;
        long limit = limit(configured, states.snapshotBytes());
        boolean now = uncovered > limit;
        if (now && !reached) {
            conditions.raise(
                    Conditions.RECOVERY_LIMIT,
                    SUBJECT,
                    Duration.ZERO,
                    "batches wait for snapshots: " + (ofStates + ofLedger)
                            + " bytes of changes are in no snapshot yet ("
                            + ofStates + " of states, " + ofLedger
                            + " of the ledger), which the next start would have to replay; the limit is "
                            + EngineOptions.RECOVERY_MAX_UNCOVERED.key() + " = " + configured
                            + " bytes or twice the snapshots, " + limit
                            + " bytes now; give the log store more throughput or change less state in a batch, or raise the"
                            + " limit, and a start takes longer");
        } else if (!now && reached) {
            conditions.clear(Conditions.RECOVERY_LIMIT, SUBJECT);
        }
        reached = now;
    }

    /** How many bytes are uncovered, as they were counted last. On any thread. */
    long uncovered() {
        return uncovered;
    }
}
