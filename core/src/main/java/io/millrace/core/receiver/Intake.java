// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.SealedBlock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the engine does for the receivers of its inputs. Thread-safe. */
public interface Intake {
    /**
     * Counts one more start of a receiver of this input, durably. From its return on, no block of a lower incarnation
     * changes {@link #positions}. May block.
     */
    long nextIncarnation(String stream) throws InterruptedException;

    /** Where a receiver goes on: the ledger's word, by source partition. Asked once per incarnation. May block. */
    Map<String, Position> positions(String stream) throws InterruptedException;

    /** Records durably where reading these partitions begins. Blocks until it is durable. */
    void begin(String stream, Map<String, Position> starts) throws InterruptedException;

    /** Records durably what a source lost; its partitions go on behind that. Blocks until it is durable. */
    default void lost(String stream, List<OffsetRange> ranges) throws InterruptedException {
        throw new UnsupportedOperationException("positions cannot be passed over");
    }

    /**
     * Takes the next block of an incarnation. Returns at once: it is called while the receiver's appender is locked. The
     * engine logs and admits the block, and calls {@link ReceiverSupervisor#released} for each block exactly once,
     * whatever became of it, and {@link ReceiverSupervisor#durable} when it is durable. If this throws, the receiver is
     * replaced.
     */
    void block(String stream, long incarnation, SealedBlock block);

    /**
     * The supervisor of this input threw where nothing should: nobody knows what state it is in, and the engine cannot go
     * on. Returns at once.
     */
    void broken(String stream, Throwable defect);

    /**
     * A receiver of this input failed with what another would fail with too, until somebody changes something: the program
     * cannot go on. Returns at once.
     */
    default void hopeless(String stream, @Nullable Throwable failure) {
        broken(stream, failure == null ? new IllegalStateException("its receiver failed") : failure);
    }

    /** A source partition has nothing to read at the moment, or has again. Returns at once. */
    default void idle(String stream, String partition, boolean idle) {}
}
