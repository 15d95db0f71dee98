// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState;
import io.millrace.core.log.CommitLog;
import io.millrace.spi.wal.WalPosition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of the state log each state keeps from being freed: what was written since the first entry that it still needs.
 * One that nobody changes would keep everything that comes after it. Counts bytes of entries, and for what an earlier start
 * wrote their frames too. Used by the engine's thread.
 */
final class StateReach {
    private final Map<String, Long> since = new HashMap<>();
    private final Map<Long, Long> batches = new HashMap<>();
    private final Map<String, Long> copies = new HashMap<>();
    private long written;

    StateReach(LedgerState ledger, CommitLog log) {
        written = log.replayBytes();
        for (String state : ledger.states()) {
            WalPosition first = ledger.stateBegins(state);
            if (first != null) {
                since.put(state, log.replayBytesBefore(first));
            }
        }
    }

    /** What a batch writes will be behind all that is written now. */
    void batchBegins(long batchTime) {
        batches.put(batchTime, written);
    }

    /** A copy of a state will be behind all that is written now. */
    void copyBegins(String state) {
        copies.put(state, written);
    }

    /** So many bytes were written. */
    void written(long bytes) {
        written += bytes;
    }

    /** A batch, and what it wrote or had copied, is committed. */
    void committed(long batchTime, List<StateWritten> states) {
        Long begun = batches.remove(batchTime);
        for (StateWritten state : states) {
            Long copied = copies.remove(state.name());
            long mark = copied != null ? copied : begun != null ? begun : written;
            if (state.snapshot()) {
                since.put(state.name(), mark);
            } else {
                since.putIfAbsent(state.name(), mark);
            }
        }
    }

    /** How many bytes a state keeps. */
    long of(String state) {
        Long first = since.get(state);
        return first == null ? 0 : written - first;
    }
}
