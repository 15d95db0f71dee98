// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.PlainText;
import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.ReceiverInfo;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverStopped;
import io.millrace.core.failure.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners and the log what becomes of the receivers of one input. */
final class ReceiverEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverSupervisor.class);

    private final ReceiverInput input;
    private final Consumer<StreamingEvent> events;
    private final StreamClock clock;

    ReceiverEvents(ReceiverInput input, Consumer<StreamingEvent> events, StreamClock clock) {
        this.input = input;
        this.events = events;
        this.clock = clock;
    }

    void started(long incarnation) {
        LOG.info("Input {}: receiver {} runs", input.stream(), incarnation);
        post(new ReceiverStarted(now(), info(incarnation)));
    }

    void stopped(long incarnation, String reason) {
        LOG.info("Input {}: receiver {} is stopped: {}", input.stream(), incarnation, PlainText.of(reason));
        post(new ReceiverStopped(now(), info(incarnation), reason));
    }

    void failed(long incarnation, String told, @Nullable Throwable error) {
        String message = PlainText.of(told);
        if (error == null) {
            LOG.warn("Input {}, receiver {}: {}", input.stream(), incarnation, message);
        } else if (error instanceof MillraceException known && known.code() == ErrorCode.EXTERNAL_SYSTEM) {
            LOG.warn("Input {}, receiver {}: {}: {}", input.stream(), incarnation, message, Failures.message(error));
        } else {
            Failures.warn(LOG, "Input {}, receiver {}: {}", input.stream(), incarnation, message, error);
        }
        String full = error == null || Failures.message(error).equals("null")
                ? message
                : message + ": " + Failures.message(error);
        Optional<String> trace = Optional.ofNullable(error).map(ReceiverEvents::stackTrace);
        post(new ReceiverError(now(), info(incarnation), full, trace));
    }

    private void post(StreamingEvent event) {
        try {
            events.accept(event);
        } catch (RuntimeException e) {
            LOG.error("Input {}: an event could not be posted", input.stream(), e);
        }
    }

    private ReceiverInfo info(long incarnation) {
        return new ReceiverInfo(input.stream(), input.provider(), incarnation);
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private static String stackTrace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
