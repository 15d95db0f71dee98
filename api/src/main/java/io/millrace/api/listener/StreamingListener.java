// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.listener;

import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchPlanned;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.BatchSubmitted;
import io.millrace.api.listener.StreamingEvent.ClockSetBack;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingEvent.DeadLettersWritten;
import io.millrace.api.listener.StreamingEvent.EventsDropped;
import io.millrace.api.listener.StreamingEvent.OutputOperationCompleted;
import io.millrace.api.listener.StreamingEvent.OutputOperationStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverStopped;
import io.millrace.api.listener.StreamingEvent.RecordsLost;
import io.millrace.api.listener.StreamingEvent.RecordsSkipped;
import io.millrace.api.listener.StreamingEvent.RecoveryCompleted;
import io.millrace.api.listener.StreamingEvent.StreamingStarted;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingEvent.TicksCoalesced;

/**
 * Is told what happens in a streaming context. Each listener has a thread and a bounded queue of its own: its methods
 * are called one at a time, in order, some time after the event; it may be slow (then events are dropped, counted and
 * {@linkplain #onEventsDropped told}) and may throw (then the error is logged), and harms no other listener. It may stop the context:
 * called from here, stopping returns at once and goes on. Nothing comes after {@link #onStreamingStopped}.
 *
 * @since 0.1
 */
public interface StreamingListener {
    /** Called for every event; the default hands it to the method of its kind. */
    default void onEvent(StreamingEvent event) {
        if (event instanceof StreamingStarted e) {
            onStreamingStarted(e);
        } else if (event instanceof StreamingStopped e) {
            onStreamingStopped(e);
        } else if (event instanceof RecoveryCompleted e) {
            onRecoveryCompleted(e);
        } else if (event instanceof ReceiverStarted e) {
            onReceiverStarted(e);
        } else if (event instanceof ReceiverError e) {
            onReceiverError(e);
        } else if (event instanceof ReceiverStopped e) {
            onReceiverStopped(e);
        } else if (event instanceof BatchSubmitted e) {
            onBatchSubmitted(e);
        } else if (event instanceof BatchStarted e) {
            onBatchStarted(e);
        } else if (event instanceof BatchCompleted e) {
            onBatchCompleted(e);
        } else if (event instanceof BatchPlanned e) {
            onBatchPlanned(e);
        } else if (event instanceof BatchCommitted e) {
            onBatchCommitted(e);
        } else if (event instanceof TicksCoalesced e) {
            onTicksCoalesced(e);
        } else if (event instanceof ClockSetBack e) {
            onClockSetBack(e);
        } else if (event instanceof ConditionChanged e) {
            onConditionChanged(e);
        } else if (event instanceof RecordsLost e) {
            onRecordsLost(e);
        } else if (event instanceof RecordsSkipped e) {
            onRecordsSkipped(e);
        } else if (event instanceof DeadLettersWritten e) {
            onDeadLettersWritten(e);
        } else if (event instanceof EventsDropped e) {
            onEventsDropped(e);
        } else if (event instanceof OutputOperationStarted e) {
            onOutputOperationStarted(e);
        } else if (event instanceof OutputOperationCompleted e) {
            onOutputOperationCompleted(e);
        }
    }

    default void onStreamingStarted(StreamingStarted event) {}

    default void onStreamingStopped(StreamingStopped event) {}

    default void onRecoveryCompleted(RecoveryCompleted event) {}

    default void onReceiverStarted(ReceiverStarted event) {}

    default void onReceiverError(ReceiverError event) {}

    default void onReceiverStopped(ReceiverStopped event) {}

    default void onBatchSubmitted(BatchSubmitted event) {}

    default void onBatchStarted(BatchStarted event) {}

    default void onBatchCompleted(BatchCompleted event) {}

    default void onBatchPlanned(BatchPlanned event) {}

    default void onBatchCommitted(BatchCommitted event) {}

    default void onTicksCoalesced(TicksCoalesced event) {}

    default void onClockSetBack(ClockSetBack event) {}

    default void onConditionChanged(ConditionChanged event) {}

    default void onRecordsLost(RecordsLost event) {}

    default void onRecordsSkipped(RecordsSkipped event) {}

    default void onDeadLettersWritten(DeadLettersWritten event) {}

    default void onEventsDropped(EventsDropped event) {}

    default void onOutputOperationStarted(OutputOperationStarted event) {}

    default void onOutputOperationCompleted(OutputOperationCompleted event) {}
}
