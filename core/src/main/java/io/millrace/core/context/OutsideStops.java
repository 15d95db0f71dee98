// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.context;

import static java.util.Objects.requireNonNull;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import io.millrace.core.call.OwnThreads;
import io.millrace.core.engine.EngineOptions;
import io.millrace.core.engine.EngineOptions.OnShutdown;
import io.millrace.core.failure.Failures;
import io.millrace.core.stop.ShutdownStop;
import io.millrace.core.stop.StopRequest;
import io.millrace.core.stop.StopRequestWatch;
import io.millrace.spi.engine.ContextOptions;
import io.millrace.spi.plugin.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stops that do not come from the program: the JVM is told to end, or a file asks for one. */
final class OutsideStops {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideStops.class);

    /** What closing takes at most, beyond the deadline of a stop. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final String program;
    private final @Nullable URI checkpoint;
    private final Settings settings;
    private final ThreadFactory threads;
    private final OwnThreads own;
    private final StreamClock clock;
    private @Nullable ShutdownStop onShutdown;
    private @Nullable StopRequestWatch requests;

    /**
     * Awaits nothing yet.
     *
     * @param threads makes the threads that stop the program
     * @param own the threads that run for it
     */
    OutsideStops(ContextOptions options, Settings settings, ThreadFactory threads, OwnThreads own, StreamClock clock) {
        this.program = options.programId();
        this.checkpoint = options.checkpoint();
        this.settings = settings;
        this.threads = threads;
        this.own = own;
        this.clock = clock;
    }

    /**
     * Awaits them from now on.
     *
     * @param stop does what is asked, unless a stop is under way
     */
    void await(Consumer<StopAsked> stop) {
        Duration deadline = settings.get(EngineOptions.STOP_DEADLINE);
        OnShutdown wanted = settings.get(EngineOptions.STOP_ON_SHUTDOWN);
        if (wanted != OnShutdown.OFF) {
            boolean graceful = wanted == OnShutdown.GRACEFUL;
            onShutdown = ShutdownStop.install(
                    program,
                    threads,
                    () -> {
                        StopAsked asked = askedByShutdown(graceful, deadline);
                        stop.accept(asked);
                        asked.await(program); // for one that is under way already: the JVM ends after this
                    },
                    (graceful ? deadline : Duration.ZERO).plus(CLOSING));
        }
        requestFile().ifPresent(file -> awaitRequests(file, deadline, stop));
    }

    /** Nothing is waited for if it is the program's own code that ends the JVM: it returns only after the stop. */
    private StopAsked askedByShutdown(boolean graceful, Duration deadline) {
        Thread exiting = own.exiting();
        if (exiting == null) {
            return new StopAsked(graceful, deadline, null);
        }
        LOG.warn(
                "Program '{}' is stopped at once, since System.exit was called on its thread {}; call stopGracefully there to"
                        + " have processed what was received",
                program,
                exiting.getName());
        return new StopAsked(true, Duration.ZERO, null);
    }

    /** Where requests to stop are looked for. */
    private Optional<Path> requestFile() {
        Optional<Path> beside = checkpoint != null && "file".equals(checkpoint.getScheme())
                ? Optional.of(Path.of(checkpoint).resolve(StopRequest.FILE))
                : Optional.empty();
        return settings.find(EngineOptions.STOP_REQUEST_FILE).map(Path::of).or(() -> beside);
    }

    private void awaitRequests(Path file, Duration byDefault, Consumer<StopAsked> stop) {
        StopRequestWatch watch =
                new StopRequestWatch(program, file, clock, threads, request -> asked(request, byDefault, stop));
        requests = watch;
        watch.start();
    }

    private void asked(StopRequest request, Duration byDefault, Consumer<StopAsked> stop) {
        Path savepoint = request.savepoint().orElse(null);
        if (savepoint != null) {
            try {
                StopAsked.refuseExisting(savepoint);
            } catch (MillraceException e) {
                requireNonNull(requests).refuse(Failures.message(e));
                return;
            }
        }
        StopAsked asked = new StopAsked(true, request.deadline().orElse(byDefault), savepoint);
        stop.accept(asked);
        CompletableFuture<Boolean> unused = asked.done().exceptionally(error -> {
            Failures.error(LOG, "Program '{}' has stopped, but: {}", program, Failures.message(error));
            return false;
        });
    }

    /** The program has stopped: the JVM no longer waits for that. */
    void jvmMayEnd() {
        Optional.ofNullable(onShutdown).ifPresent(ShutdownStop::close);
    }

    /**
     * Answers a request that came by a file.
     *
     * @param processed whether everything that was received was processed
     * @param outcome the same in words
     */
    void stopped(boolean processed, String outcome) {
        Optional.ofNullable(requests).ifPresent(watch -> {
            watch.stopped(processed, outcome);
            watch.close();
        });
    }
}
