// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.listener;

import io.millrace.api.source.OffsetRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that happened in a streaming context. Events are immutable and hold no reference to the engine. New kinds
 * may be added; a listener that switches over them needs a default.
 *
 * <p>The kinds and their payloads are those of Spark Streaming's {@code StreamingListener}, and the durable steps
 * (planned, committed, recovered) beside them.
 *
 * @since 0.1
 */
public sealed interface StreamingEvent {
    /** When it happened, by the context's clock. */
    Instant at();

    /**
     * The context is active. Batches that were planned before, and what waited, come first; the first batch after them
     * will be {@code firstBatchTime}.
     */
    record StreamingStarted(Instant at, String programId, long epoch, Instant firstBatchTime)
            implements StreamingEvent {}

    /**
     * The context is stopped.
     *
     * @param graceful whether everything received was processed
     * @param failure the error's message, if an error stopped it
     */
    record StreamingStopped(Instant at, boolean graceful, Optional<String> failure) implements StreamingEvent {}

    /**
     * The ledger was replayed.
     *
     * @param facts how many facts were read
     * @param blocks how many blocks wait for a batch
     * @param batches the planned batches that are run again
     * @param took how long replaying took
     */
    record RecoveryCompleted(Instant at, long facts, int blocks, List<Instant> batches, Duration took)
            implements StreamingEvent {}

    /** A receiver runs. */
    record ReceiverStarted(Instant at, ReceiverInfo receiver) implements StreamingEvent {}

    /** A receiver reported an error or failed; it is restarted after a back-off unless it was stopped. */
    record ReceiverError(Instant at, ReceiverInfo receiver, String message, Optional<String> stackTrace)
            implements StreamingEvent {}

    /** A receiver runs no longer. */
    record ReceiverStopped(Instant at, ReceiverInfo receiver, String reason) implements StreamingEvent {}

    /** A batch was cut: its input is chosen. */
    record BatchSubmitted(Instant at, BatchInfo batch) implements StreamingEvent {}

    /** A batch's first task may run. */
    record BatchStarted(Instant at, BatchInfo batch) implements StreamingEvent {}

    /** A batch's outputs are done, or it {@linkplain BatchInfo#failure() failed}; {@link BatchCommitted} says that it counts. */
    record BatchCompleted(Instant at, BatchInfo batch) implements StreamingEvent {}

    /** A batch's input is fixed durably: whatever happens, it will read the same records. */
    record BatchPlanned(Instant at, Instant batchTime) implements StreamingEvent {}

    /** A batch is committed durably: it will never run again. */
    record BatchCommitted(Instant at, Instant batchTime, long records) implements StreamingEvent {}

    /** Ticks that came while earlier batches were still waiting were folded into the next batch. */
    record TicksCoalesced(Instant at, int ticks, Instant into) implements StreamingEvent {}

    /**
     * The clock is behind the last batch by more than an interval: it was set back. Batch times only grow, so no
     * batch is planned until it has caught up. Posted once each time that it happens.
     *
     * @param lastBatchTime the last batch that was planned
     * @param behind how far the clock is behind it
     */
    record ClockSetBack(Instant at, Instant lastBatchTime, Duration behind) implements StreamingEvent {}

    /**
     * Something that needs attention has come up, or is over: {@code stuck} (a receiver, a task, an output, a
     * listener, a log or a stop makes no progress, see {@code watchdog.stuck-after}), {@code recovery-limit} (batches
     * wait until less would have to be replayed, see {@code recovery.max-uncovered}) or {@code output-retry} (an output
     * waits for what passes by itself, see {@code output.retry-for}). What the program goes on to do does not depend on
     * it.
     *
     * @param condition of which kind it is
     * @param subject what it is about; with the kind it says which condition comes to its end
     * @param holds whether it has come up; false when it is over
     * @param message what it looks like, and what to do
     * @param since when it began
     */
    record ConditionChanged(Instant at, String condition, String subject, boolean holds, String message, Instant since)
            implements StreamingEvent {}

    /**
     * This listener took too long, and events were dropped for it. Comes before the first event after them, and only to
     * the listener that it is about.
     *
     * @param events how many were dropped since the last such event
     */
    record EventsDropped(Instant at, long events) implements StreamingEvent {}

    /**
     * A direct source no longer has records that were to be read, and was told to go on without them: they are part of no
     * batch, and never will be. The ledger says so durably. Comes when a program starts.
     *
     * @param stream the input
     * @param batchTime the batch that was to read them; empty if they were in no batch yet
     * @param ranges what is gone
     */
    record RecordsLost(Instant at, String stream, Optional<Instant> batchTime, List<OffsetRange> ranges)
            implements StreamingEvent {
        /** How many, as far as the source can tell. */
        public long records() {
            return ranges.stream().mapToLong(OffsetRange::records).sum();
        }
    }

    /**
     * A batch did without elements on which a function of the program failed, as {@code records.on-error = skip} says.
     *
     * @param batchTime the batch
     * @param operator the operator and where it was declared
     * @param count how many elements, in this batch
     * @param example what the function said of one of them
     */
    record RecordsSkipped(Instant at, Instant batchTime, String operator, long count, String example)
            implements StreamingEvent {}

    /**
     * The elements that a committed batch did without are in a file of {@linkplain io.millrace.api.DeadLetter dead
     * letters}. Comes once for each file; after a crash, between the batch's commit and this, with the next start.
     *
     * @param batchTime the batch
     * @param operators how many letters, by operator and where it was declared
     * @param file the file
     */
    record DeadLettersWritten(Instant at, Instant batchTime, Map<String, Long> operators, String file)
            implements StreamingEvent {
        /** How many letters. */
        public long letters() {
            return operators.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** An output's function is about to be called. */
    record OutputOperationStarted(Instant at, OutputOperationInfo operation) implements StreamingEvent {}

    /** An output's function returned or threw. */
    record OutputOperationCompleted(Instant at, OutputOperationInfo operation) implements StreamingEvent {}

    /**
     * A receiver.
     *
     * @param stream the input's name
     * @param provider the provider's name
     * @param incarnation counts this receiver's starts since the program was first started
     */
    record ReceiverInfo(String stream, String provider, long incarnation) {}

    /**
     * What is known of a batch. Times are empty until they are known.
     *
     * @param batchTime the end of its interval
     * @param inputs by input name, how much it reads and from where
     * @param submitted when its input was chosen
     * @param started when its first task could run
     * @param completed when its last output was done
     * @param outputs its outputs, in order of declaration, as far as they have started
     * @param failure why it failed, in a task or an output; a batch that failed is not committed, and is run again, with
     *     the same input, by the next start
     */
    record BatchInfo(
            Instant batchTime,
            Map<String, InputInfo> inputs,
            Instant submitted,
            Optional<Instant> started,
            Optional<Instant> completed,
            List<OutputOperationInfo> outputs,
            Optional<String> failure) {
        /** The number of records of all inputs. */
        public long records() {
            return inputs.values().stream().mapToLong(InputInfo::records).sum();
        }

        /** From submission to start. */
        public Optional<Duration> schedulingDelay() {
            return started.map(start -> Duration.between(submitted, start));
        }

        /** From start to completion. */
        public Optional<Duration> processingDelay() {
            return started.flatMap(start -> completed.map(end -> Duration.between(start, end)));
        }

        /** From submission to completion. */
        public Optional<Duration> totalDelay() {
            return completed.map(end -> Duration.between(submitted, end));
        }
    }

    /**
     * How much a batch reads of an input.
     *
     * @param records the number of records; an upper bound for ranges with gaps
     * @param blocks how many blocks of a receiver it reads
     * @param ranges which ranges of a direct stream it reads
     */
    record InputInfo(long records, int blocks, List<OffsetRange> ranges) {}

    /**
     * An output of a batch.
     *
     * @param batchTime the batch
     * @param index its place in the order of declaration, from 0
     * @param name its name
     * @param started when its function was called
     * @param completed when it returned or threw
     * @param failure what it threw
     */
    record OutputOperationInfo(
            Instant batchTime,
            int index,
            String name,
            Optional<Instant> started,
            Optional<Instant> completed,
            Optional<String> failure) {
        /** From start to completion. */
        public Optional<Duration> duration() {
            return started.flatMap(start -> completed.map(end -> Duration.between(start, end)));
        }
    }
}
