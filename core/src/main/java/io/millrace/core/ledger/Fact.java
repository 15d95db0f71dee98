// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.log.LogHandle;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that is true of a program from the moment it is durable in its ledger. Facts hold data and names, never
 * code, class names or configuration, so that any version of the program can read them. {@link FactCodec} has their
 * durable form.
 */
public sealed interface Fact {
    /**
     * The program was started; everything that follows, up to the next such fact, was written by this start.
     *
     * @param identity a random name of this checkpoint, which no other has, not even one that began from its savepoint;
     *     empty in a fact of before there were any
     * @param states the names of the states that this start declares; of no meaning where there is no identity
     * @param over by output, whose claim to its target this start replaces: see {@link Claims#over()}
     */
    record Started(
            String programId,
            long epoch,
            long batchIntervalMillis,
            long atMillis,
            String identity,
            List<String> states,
            Map<String, String> over)
            implements Fact {
        public Started {
            states = List.copyOf(states);
            over = Map.copyOf(over);
        }

        public Started(
                String programId,
                long epoch,
                long batchIntervalMillis,
                long atMillis,
                String identity,
                List<String> states) {
            this(programId, epoch, batchIntervalMillis, atMillis, identity, states, Map.of());
        }
    }

    /** Reading these partitions of an input begins here. A partition that is already known is not changed. */
    record StreamBegun(String stream, Map<String, Position> positions) implements Fact {
        public StreamBegun {
            positions = Map.copyOf(positions);
        }
    }

    /** These partitions of an input are gone for good and read to their end: their positions are no longer kept. */
    record PartitionsForgotten(String stream, List<String> partitions) implements Fact {
        public PartitionsForgotten {
            partitions = List.copyOf(partitions);
        }
    }

    /** Somebody moved these partitions of an input, on purpose, while the program was stopped. */
    record PositionsSet(String stream, Map<String, Position> positions, long atMillis) implements Fact {
        public PositionsSet {
            positions = Map.copyOf(positions);
        }
    }

    /**
     * A source no longer has records that were to be read, and was told to go on without them.
     *
     * @param batchTime the batch that was to read them, which from now on reads {@code remaining} of this input; null if they
     *     were in no batch yet, and each partition goes on where its lost range ends
     * @param lost what is gone
     */
    record Gap(
            String stream, @Nullable Long batchTime, List<OffsetRange> lost, List<OffsetRange> remaining, long atMillis)
            implements Fact {
        public Gap {
            lost = List.copyOf(lost);
            remaining = List.copyOf(remaining);
        }
    }

    /** Somebody gave up these states, which no version of the program declares any more. */
    record StatesForgotten(List<String> names) implements Fact {
        public StatesForgotten {
            names = List.copyOf(names);
        }
    }

    /** A receiver of this input was started; blocks of lower incarnations that come later are not admitted. */
    record ReceiverStarted(String stream, long incarnation) implements Fact {}

    /**
     * A block is in the data log and belongs to the program: it will be part of exactly one batch.
     *
     * @param arrived when its last record had come, by the program's clock, in epoch milliseconds; {@link #LONG_AGO} in a
     *     fact of before that was recorded
     */
    record BlockAdded(
            long id,
            String stream,
            long incarnation,
            LogHandle handle,
            int records,
            long minTimestamp,
            long maxTimestamp,
            List<PartitionSlice> slices,
            long arrived)
            implements Fact {
        /** In place of an arrival that is not known: before every batch. */
        public static final long LONG_AGO = Long.MIN_VALUE;

        public BlockAdded {
            slices = List.copyOf(slices);
        }

        /** The same block at another place of the data log. */
        public BlockAdded at(LogHandle place) {
            return new BlockAdded(id, stream, incarnation, place, records, minTimestamp, maxTimestamp, slices, arrived);
        }
    }

    /**
     * What a batch reads is fixed: these blocks and these ranges, whenever and however often it is run.
     *
     * @param plannedAt when that was decided, by the program's clock, in epoch milliseconds; the batch time in a fact of
     *     before that was recorded
     * @param pause by how many milliseconds less than batch time what is idle ages up to the batch; {@link #NOT_KNOWN} in a
     *     fact of before that was recorded
     */
    record BatchPlanned(
            long batchTime,
            List<Long> blocks,
            Map<String, List<OffsetRange>> ranges,
            List<String> outputs,
            long plannedAt,
            long pause)
            implements Fact {
        /** In place of a pause that is not known. */
        public static final long NOT_KNOWN = -1;

        public BatchPlanned {
            blocks = List.copyOf(blocks);
            ranges = Map.copyOf(ranges);
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * A batch is done: its outputs were called, its state is what these handles say, and it never runs again.
     *
     * @param outputs what sinks prepared, to be finished from now on
     */
    record BatchCommitted(
            long batchTime, int attempt, long records, List<StateWritten> states, List<OutputPrepared> outputs)
            implements Fact {
        public BatchCommitted {
            states = List.copyOf(states);
            outputs = List.copyOf(outputs);
        }

        public BatchCommitted(long batchTime, int attempt, long records, List<StateWritten> states) {
            this(batchTime, attempt, records, states, List.of());
        }
    }

    /** What the sink of an output prepared for a batch, by partition. */
    record OutputPrepared(String output, List<Committable> committables) {
        public OutputPrepared {
            committables = List.copyOf(committables);
        }
    }

    /** What a sink prepared for a committed batch is visible: nothing is left to do for that output of that batch. */
    record OutputFinalized(long batchTime, String output) implements Fact {}

    /**
     * What a batch wrote for one state.
     *
     * @param name the state's name
     * @param snapshot whether the handles hold all of the state, so that earlier ones are no longer needed
     * @param handles where in the state log, in no order that matters
     * @param definition what kind of state it is from this batch on; null if that is as it was
     */
    record StateWritten(
            String name,
            boolean snapshot,
            List<LogHandle> handles,
            @Nullable StateDefinition definition) {
        public StateWritten {
            handles = List.copyOf(handles);
        }

        public StateWritten(String name, boolean snapshot, List<LogHandle> handles) {
            this(name, snapshot, handles, null);
        }
    }

    /** Everything before this fact, in short: the ledger may be cut here. */
    record Snapshot(LedgerState.Image image) implements Fact {}

    /** The program was stopped gracefully: everything received was processed. */
    record Closed(long atMillis) implements Fact {}
}
