// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import java.util.ArrayList;
import java.util.List;

/**
 * The operator that updates one partition of a state: folds what it is given into the totals, pushes the new total, and
 * writes it down for the log. A task that fails half-way leaves totals that are ahead of the log; the context then
 * stops, and the next start rebuilds them from what was committed.
 */
public abstract class StateOperator extends Operator {
    private final String state;
    private final Codec<?> keys;
    private final Codec<?> values;
    private final BatchParameters batch;
    private final List<StateChunk> chunks = new ArrayList<>();
    private ByteWriter chunk = new ByteWriter(0);
    final boolean snapshot;

    StateOperator(String state, Codec<?> keys, Codec<?> values, BatchParameters batch) {
        this.state = state;
        this.keys = keys;
        this.values = values;
        this.batch = batch;
        this.snapshot = batch.snapshots().contains(state);
    }

    /** Returns what is to be logged, once everything was pushed. */
    public final List<StateChunk> finish() {
        if (snapshot) {
            writeAll();
        }
        if (chunk.size() > 0) {
            close();
        }
        return chunks;
    }

    /** Writes every entry of the partition with {@link #chunk()}. */
    abstract void writeAll();

    /** Where to write the next entry. */
    final ByteWriter chunk() {
        if (chunk.size() >= StateFormat.CHUNK_BYTES) {
            close();
        }
        if (chunk.size() == 0) {
            StateFormat.header(chunk, state, batch.batchTime(), keys, values);
        }
        return chunk;
    }

    private void close() {
        chunks.add(new StateChunk(state, snapshot, chunk));
        chunk = new ByteWriter(1024);
    }
}
