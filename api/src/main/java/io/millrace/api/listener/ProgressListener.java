// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.listener;

import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.BatchSubmitted;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingEvent.DeadLettersWritten;
import io.millrace.api.listener.StreamingEvent.OutputOperationCompleted;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverStopped;
import io.millrace.api.listener.StreamingEvent.RecordsSkipped;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps what a status page shows: totals since the start, the batches that wait and run, and the last of the batches that are
 * done. Bounded, whatever events come and in whatever order. May be asked from any thread.
 *
 * @since 0.1
 */
public final class ProgressListener implements StreamingListener {
    private static final int OPEN_BATCHES = 10_000;
    private static final int CONDITIONS = 1_000;

    private final int retained;
    private final NavigableMap<Instant, BatchInfo> waiting = new TreeMap<>();
    private final NavigableMap<Instant, BatchInfo> running = new TreeMap<>();
    private final Deque<BatchInfo> completed = new ArrayDeque<>();
    private final Map<String, ReceiverState> receivers = new LinkedHashMap<>();
    private final Map<List<String>, ConditionChanged> conditions = new LinkedHashMap<>();
    private long receivedRecords;
    private long processedRecords;
    private long completedBatches;
    private long committedBatches;
    private long failedBatches;
    private long skippedRecords;
    private long deadLetters;

    /**
     * A receiver as it was last heard of.
     *
     * @param lastError the last error that it reported
     */
    public record ReceiverState(StreamingEvent.ReceiverInfo info, boolean active, Optional<String> lastError) {}

    /** Keeps the last 1,000 batches that are done. */
    public ProgressListener() {
        this(1_000);
    }

    /** Keeps the last {@code retained} batches that are done. */
    public ProgressListener(int retained) {
        if (retained < 1) {
            throw new IllegalArgumentException("keep " + retained + " batches: give at least 1");
        }
        this.retained = retained;
    }

    @Override
    public synchronized void onBatchSubmitted(BatchSubmitted event) {
        receivedRecords += event.batch().records();
        keep(waiting, event.batch());
    }

    @Override
    public synchronized void onBatchStarted(BatchStarted event) {
        waiting.remove(event.batch().batchTime());
        keep(running, event.batch());
    }

    @Override
    public synchronized void onOutputOperationStarted(OutputOperationStarted event) {
        update(event.operation());
    }

    @Override
    public synchronized void onOutputOperationCompleted(OutputOperationCompleted event) {
        update(event.operation());
    }

    private void update(OutputOperationInfo operation) {
        running.computeIfPresent(operation.batchTime(), (time, batch) -> with(batch, operation));
    }

    private static BatchInfo with(BatchInfo batch, OutputOperationInfo operation) {
        List<OutputOperationInfo> outputs = new ArrayList<>(batch.outputs());
        outputs.removeIf(other -> other.index() == operation.index());
        outputs.add(operation);
        return new BatchInfo(
                batch.batchTime(),
                batch.inputs(),
                batch.submitted(),
                batch.started(),
                batch.completed(),
                outputs,
                batch.failure());
    }

    @Override
    public synchronized void onBatchCompleted(BatchCompleted event) {
        BatchInfo batch = event.batch();
        waiting.remove(batch.batchTime());
        running.remove(batch.batchTime());
        completedBatches++;
        if (batch.failure().isPresent()) {
            failedBatches++;
        } else {
            processedRecords += batch.records();
        }
        completed.addLast(batch);
        if (completed.size() > retained) {
            completed.removeFirst();
        }
    }

    @Override
    public synchronized void onBatchCommitted(BatchCommitted event) {
        committedBatches++;
    }

    @Override
    public synchronized void onRecordsSkipped(RecordsSkipped event) {
        skippedRecords += event.count();
    }

    @Override
    public synchronized void onDeadLettersWritten(DeadLettersWritten event) {
        deadLetters += event.letters();
    }

    @Override
    public synchronized void onConditionChanged(ConditionChanged event) {
        List<String> key = List.of(event.condition(), event.subject());
        conditions.remove(key);
        if (event.holds()) {
            conditions.put(key, event);
        }
        if (conditions.size() > CONDITIONS) {
            conditions.remove(conditions.keySet().iterator().next());
        }
    }

    @Override
    public synchronized void onReceiverStarted(ReceiverStarted event) {
        receivers.put(
                event.receiver().stream(), new ReceiverState(event.receiver(), true, lastError(event.receiver())));
    }

    @Override
    public synchronized void onReceiverError(ReceiverError event) {
        boolean active = Optional.ofNullable(receivers.get(event.receiver().stream()))
                .map(ReceiverState::active)
                .orElse(false);
        receivers.put(
                event.receiver().stream(), new ReceiverState(event.receiver(), active, Optional.of(event.message())));
    }

    @Override
    public synchronized void onReceiverStopped(ReceiverStopped event) {
        receivers.put(
                event.receiver().stream(), new ReceiverState(event.receiver(), false, lastError(event.receiver())));
    }

    private Optional<String> lastError(StreamingEvent.ReceiverInfo receiver) {
        return Optional.ofNullable(receivers.get(receiver.stream())).flatMap(ReceiverState::lastError);
    }

    private static void keep(NavigableMap<Instant, BatchInfo> batches, BatchInfo batch) {
        batches.put(batch.batchTime(), batch);
        if (batches.size() > OPEN_BATCHES) {
            batches.pollFirstEntry(); // the event that would have removed it was dropped
        }
    }

    /** Records of all batches that were submitted. */
    public synchronized long receivedRecords() {
        return receivedRecords;
    }

    /** Records of all batches that were done without a failure. */
    public synchronized long processedRecords() {
        return processedRecords;
    }

    /** How many batches were done, with or without a failure. */
    public synchronized long completedBatches() {
        return completedBatches;
    }

    /** How many batches were committed. */
    public synchronized long committedBatches() {
        return committedBatches;
    }

    /** How many batches failed. */
    public synchronized long failedBatches() {
        return failedBatches;
    }

    /** How many elements batches did without and did not keep; some twice, if their batch ran again. */
    public synchronized long skippedRecords() {
        return skippedRecords;
    }

    /** How many dead letters were written. */
    public synchronized long deadLetters() {
        return deadLetters;
    }

    /** The batches that were submitted and have not started, oldest first. */
    public synchronized List<BatchInfo> waitingBatches() {
        return List.copyOf(waiting.values());
    }

    /** The batches that have started and are not done, oldest first. */
    public synchronized List<BatchInfo> runningBatches() {
        return List.copyOf(running.values());
    }

    /** The last batches that are done, oldest first. */
    public synchronized List<BatchInfo> retainedBatches() {
        return List.copyOf(completed);
    }

    /** The batch that was done last. */
    public synchronized Optional<BatchInfo> lastCompletedBatch() {
        return Optional.ofNullable(completed.peekLast());
    }

    /** What needs attention, as it was last heard of, the newest last. */
    public synchronized List<ConditionChanged> conditions() {
        return List.copyOf(conditions.values());
    }

    /** The receivers by input, as they were last heard of. */
    public synchronized Map<String, ReceiverState> receivers() {
        return Map.copyOf(receivers);
    }
}
