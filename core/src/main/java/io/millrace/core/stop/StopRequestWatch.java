// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import io.millrace.core.failure.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether somebody has put a {@link StopRequest} where the program expects one. A request is for the
 * program that runs: one that lies there when it starts was meant for another and is removed.
 */
public final class StopRequestWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StopRequestWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final String program;
    private final Path file;
    private final StreamClock clock;
    private final ThreadFactory threads;
    private final Consumer<StopRequest> onRequest;
    private StreamClock.@Nullable Cancellable next;
    private boolean asked;
    private boolean closed;

    /**
     * Looks nowhere yet.
     *
     * @param threads makes the threads that read requests
     * @param onRequest is called by one of them
     */
    public StopRequestWatch(
            String program, Path file, StreamClock clock, ThreadFactory threads, Consumer<StopRequest> onRequest) {
        this.program = program;
        this.file = file;
        this.clock = clock;
        this.threads = threads;
        this.onRequest = onRequest;
    }

    /** Begins to look. */
    public synchronized void start() {
        try {
            Files.deleteIfExists(StopAnswer.fileOf(file));
            if (Files.deleteIfExists(file)) {
                LOG.warn(
                        "Program '{}' found a request to stop, '{}', from before its start; it is removed",
                        program,
                        file);
            }
        } catch (IOException e) {
            LOG.warn("Program '{}' cannot remove '{}', so it does not look for requests to stop: {}", program, file, e);
            return;
        }
        next = clock.schedule(PERIOD, this::look);
    }

    private synchronized void look() {
        if (closed || asked) {
            return;
        }
        if (PropertyFile.exists(file)) {
            threads.newThread(this::take).start(); // whatever is there may not answer, and the clock is everybody's
        } else {
            next = clock.schedule(PERIOD, this::look);
        }
    }

    /** Without the lock, which whoever stops the program needs. */
    private void take() {
        StopRequest request;
        try {
            request = StopRequest.take(file);
        } catch (RuntimeException | Error e) {
            refuse(Failures.message(e));
            lookAgain();
            return;
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            LOG.info("Program '{}' is asked to stop by '{}'", program, file);
            asked = true;
        }
        onRequest.accept(request);
    }

    private synchronized void lookAgain() {
        if (PropertyFile.exists(file)) {
            LOG.warn("Program '{}' looks for no more requests to stop, as '{}' cannot be removed", program, file);
        } else if (!closed) {
            next = clock.schedule(PERIOD, this::look);
        }
    }

    /** Says that the program goes on all the same, and goes on looking. */
    public synchronized void refuse(String why) {
        LOG.warn("Program '{}' was asked to stop and goes on: {}", program, why);
        answer(new StopAnswer(false, false, why));
        if (asked && !closed) {
            asked = false;
            next = clock.schedule(PERIOD, this::look);
        }
    }

    /** Tells whoever asked, if anybody did, that the program has stopped. */
    public synchronized void stopped(boolean complete, String message) {
        if (asked) {
            answer(new StopAnswer(true, complete, message));
        }
    }

    private void answer(StopAnswer answer) {
        try {
            answer.write(file);
        } catch (MillraceException e) {
            LOG.warn("Program '{}' cannot say what became of a request to stop: {}", program, e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }
}
