// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.core.operator.FunctionOperator;
import java.util.List;

/**
 * The operator that updates one partition of a state, and writes down for the log what it changed. Its changes can be
 * taken back until the task is over, so that a task which failed can be run again.
 */
public abstract class StateOperator extends FunctionOperator {
    private final ChunkWriter chunks;

    StateOperator(ChunkWriter chunks) {
        this.chunks = chunks;
    }

    /** Returns what is to be logged, once everything was pushed and ended. */
    public final List<StateChunk> finish() {
        if (chunks.snapshot()) {
            writeAll(chunks);
        } else {
            writeChanges(chunks);
        }
        return chunks.finish();
    }

    /** Writes every entry of the partition. */
    abstract void writeAll(ChunkWriter out);

    /** Writes what this batch changed, unless that was done on the way. */
    void writeChanges(ChunkWriter out) {}

    /** Makes the partition as it was before this batch. */
    public abstract void rollback();
}
