// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.context;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.api.Broadcast;
import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.LongAccumulator;
import io.millrace.api.MillraceException;
import io.millrace.api.RecordStream;
import io.millrace.api.StreamClock;
import io.millrace.api.StreamingContext;
import io.millrace.api.function.TransformAllFunction;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.Source;
import io.millrace.core.call.OwnThreads;
import io.millrace.core.clock.SystemStreamClock;
import io.millrace.core.clock.Times;
import io.millrace.core.engine.Cancellation;
import io.millrace.core.engine.Engine;
import io.millrace.core.engine.EngineOptions;
import io.millrace.core.engine.EngineThreads;
import io.millrace.core.engine.Program;
import io.millrace.core.failure.Failures;
import io.millrace.core.graph.Graph;
import io.millrace.core.graph.GraphRecordStream;
import io.millrace.core.graph.Node;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.stop.FailureStop;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.engine.ContextOptions;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A streaming context: the graph while it is declared, the engine while it runs. */
final class ProgramContext implements StreamingContext {
    private static final Logger LOG = LoggerFactory.getLogger(ProgramContext.class);

    private final ContextOptions options;
    private final Settings settings;
    private final Graph graph = new Graph(this);
    private final StreamClock clock;
    private final ListenerBus listeners;
    private final Object lifecycle = new Object();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile ContextState state = ContextState.INITIALIZED;
    private volatile @Nullable Throwable failure;
    private @Nullable Engine engine;
    private final OwnThreads own = new OwnThreads();
    private final Cancellation startCancelled;
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    private volatile boolean stopping;
    private @Nullable CountDownLatch starting;
    private volatile @Nullable Thread starter;
    private volatile @Nullable FailureStop onFailure;
    private final OutsideStops outside;

    ProgramContext(ContextOptions options) {
        this.options = options;
        this.startCancelled = new Cancellation(options.programId());
        this.settings = EngineOptions.spec().parse("program '" + options.programId() + "'", options.settings());
        StreamClock given = options.clock();
        this.clock = given == null ? new SystemStreamClock(threads("timer"), this::fail) : given;
        this.listeners = new ListenerBus(Math.toIntExact(settings.get(EngineOptions.LISTENER_QUEUE_SIZE)), clock);
        this.outside = new OutsideStops(options, settings, threads("stop"), own, clock);
        options.listeners().forEach(this::addListener);
    }

    private ThreadFactory threads(String role) {
        return new EngineThreads(options.programId(), role, loader(), own, this::fail);
    }

    private static ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? ClassLoader.getSystemClassLoader() : context;
    }

    @Override
    public String programId() {
        return options.programId();
    }

    @Override
    public Duration batchInterval() {
        return options.batchInterval();
    }

    @Override
    public ContextState state() {
        return state;
    }

    @Override
    public <T> DStream<T> receive(Source<T> source) {
        Provider given = source.implementation();
        if (given != null && !(given instanceof ReceiverProvider || given instanceof DirectSourceProvider)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "input '" + source.provider() + "' is given a "
                            + given.getClass().getName()
                            + ", which provides no input: give a ReceiverProvider or a DirectSourceProvider");
        }
        String name =
                source.stream() == null ? graph.providersStream(source.provider()) : graph.claimStream(source.stream());
        return records(new Node.Source(
                        graph, name, source.provider(), source.settings(), source.implementation(), source.inMemory()))
                .decode(source.decoder());
    }

    @Override
    public RecordStream receive(String provider, Map<String, String> inputSettings) {
        return records(new Node.Source(graph, graph.providersStream(provider), provider, inputSettings, null, true));
    }

    @Override
    public RecordStream receive(String stream, String provider, Map<String, String> inputSettings) {
        return records(new Node.Source(graph, graph.claimStream(stream), provider, inputSettings, null, true));
    }

    private GraphRecordStream records(Node.Source source) {
        return new GraphRecordStream(graph, source);
    }

    @Override
    public <T> DStream<T> union(List<? extends DStream<T>> streams) {
        return graph.union(streams);
    }

    @Override
    public <R> DStream<R> transform(List<? extends DStream<?>> streams, TransformAllFunction<R> function) {
        return graph.transform(streams, function);
    }

    @Override
    public <T> Broadcast<T> broadcast(T value) {
        return new Held<>(requireNonNull(value, "value is null"));
    }

    private record Held<T>(T value) implements Broadcast<T> {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public LongAccumulator accumulator(String name) {
        return graph.accumulator(name);
    }

    @Override
    public void addListener(StreamingListener listener) {
        listeners.add(listener, threads("listener"));
    }

    @Override
    public void removeListener(StreamingListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void start() {
        CountDownLatch over = new CountDownLatch(1);
        synchronized (lifecycle) {
            if (state == ContextState.STOPPED || stopping) {
                throw new IllegalStateException(
                        "program '" + programId() + "' was stopped: build a new context to start again");
            }
            if (starting != null) {
                LOG.warn("Program '{}' is started already", programId());
                return;
            }
            starting = over;
            starter = Thread.currentThread();
        }
        try {
            startOnce();
        } catch (MillraceException e) {
            if (startCancelled.isCancelled()) {
                rethrow(); // what stopped it, if it was an error
            }
            throw e;
        } finally {
            starter = null;
            over.countDown();
        }
    }

    private void startOnce() {
        boolean started = false;
        try {
            if (graph.nodes(Node.Output.class).isEmpty()) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "program '" + programId()
                                + "' has no output, so nothing would run: call foreachBatch or print on a stream");
            }
            refuseStateWithoutCheckpoint();
            onFailure = FailureStop.install(threads("stop"), () -> stopOnce(StopAsked.atOnce()), this::halt);
            Program program = new Program(
                    programId(),
                    batchInterval(),
                    options.checkpoint(),
                    options.savepoint(),
                    graph,
                    settings,
                    clock,
                    new SimpleMeterRegistry(),
                    loader(),
                    options.providers(),
                    own,
                    startCancelled,
                    this::fail);
            if (Rehearsal.asked()) {
                Rehearsal.run(program, options.plugins());
            }
            Engine opened = Engine.open(program, options.plugins(), listeners);
            engine = opened;
            startCancelled.check();
            state = ContextState.ACTIVE;
            opened.start();
            outside.await(this::stopOnce);
            started = true;
        } finally {
            if (!started) {
                startFailed();
            }
        }
    }

    private void startFailed() {
        synchronized (lifecycle) {
            stopping = true;
        }
        boolean interrupted = Thread.interrupted(); // which would end every wait for what is closed
        Engine opened = engine;
        try {
            if (opened != null) {
                opened.stop(Optional.empty());
            }
        } finally {
            state = ContextState.STOPPED;
            closed(false, false, "it did not start");
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** When nothing else works any more. */
    private void halt() {
        Throwable error = failure;
        Runtime.getRuntime()
                .halt(
                        error instanceof MillraceException known
                                ? known.code().exitCode()
                                : ErrorCode.INTERNAL.exitCode());
    }

    private void refuseStateWithoutCheckpoint() {
        List<Node.Stateful> stateful = graph.nodes(Node.Stateful.class);
        if (options.checkpoint() == null && !stateful.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    stateful.get(0).place() + " keeps state, but program '" + programId()
                            + "' has no checkpoint: call checkpoint(directory), or checkpoint(URI.create(\"mem:/\")) for a"
                            + " state that dies with the process");
        }
    }

    /**
     * Ends the program after an error that it cannot go on after. Returns at once, and throws nothing; the first error
     * counts. The stop begins before anything is said: there may be no memory for that, or the error may throw when asked.
     */
    private void fail(Throwable error) {
        boolean ownDoing = stopping && error instanceof WalException refused && refused.reason() == Reason.CLOSED;
        if (ownDoing) {
            return;
        }
        boolean first;
        synchronized (terminated) {
            first = failure == null && state != ContextState.STOPPED;
            if (first) {
                failure = error; // before the stop begins, which tells it to listeners
            }
        }
        FailureStop stop = onFailure;
        if (stop != null) {
            stop.failed(error); // whether it is the first: a later one may keep the stop from ending
        }
        if (!first) {
            return;
        }
        if (stop == null) {
            threads("stop").newThread(() -> stopOnce(StopAsked.atOnce())).start();
        }
        if (error instanceof MillraceException) {
            Failures.error(LOG, "Program '{}' is stopped by an error: {}", programId(), Failures.message(error));
        } else {
            Failures.error(LOG, "Program '{}' is stopped by an error that should not happen", programId(), error);
        }
    }

    @Override
    public void awaitTermination() throws InterruptedException {
        terminated.await();
        rethrow();
    }

    @Override
    public boolean awaitTermination(Duration timeout) throws InterruptedException {
        boolean stopped = terminated.await(Times.wait(timeout).toNanos(), TimeUnit.NANOSECONDS);
        if (stopped) {
            rethrow();
        }
        return stopped;
    }

    private void rethrow() {
        Throwable error = failure;
        if (error instanceof MillraceException known) {
            throw known;
        } else if (error != null) {
            throw new MillraceException(
                    ErrorCode.INTERNAL, "program '" + programId() + "' was stopped by " + Failures.text(error), error);
        }
    }

    @Override
    public boolean stopGracefully(Duration deadline) {
        return stop(new StopAsked(true, deadline, null));
    }

    /** Asks for a stop, and waits for it unless the stop waits for the calling thread, such as one that runs a function. */
    private boolean stop(StopAsked asked) {
        if (stopped.isDone()) {
            return asked.isDoneBy(stopped.getNow(false));
        }
        threads("stop").newThread(() -> stopOnce(asked)).start();
        return own.isCurrent() || Thread.currentThread() == starter || asked.await(programId());
    }

    @Override
    public boolean stopWithSavepoint(Path savepoint, Duration deadline) {
        Engine running = engine;
        if (running == null || state != ContextState.ACTIVE) {
            throw new IllegalStateException("program '" + programId() + "' does not run: there is nothing to save");
        }
        if (own.isCurrent()) {
            throw new IllegalStateException(
                    "program '" + programId()
                            + "' cannot be stopped with a savepoint from a listener or a function of the program: use a thread of its own");
        }
        StopAsked.refuseExisting(savepoint);
        return stop(new StopAsked(true, deadline, savepoint));
    }

    @Override
    public void stop() {
        stop(StopAsked.atOnce());
    }

    @Override
    public void close() {
        stop();
    }

    /** Does what is asked, unless the program is stopped already, or is being stopped. On a thread of its own. */
    private void stopOnce(StopAsked asked) {
        CountDownLatch startOver;
        synchronized (lifecycle) {
            if (stopping) {
                CompletableFuture<Void> unused =
                        stopped.thenAccept(complete -> asked.done().complete(asked.isDoneBy(complete)));
                return;
            }
            stopping = true;
            startOver = starting;
        }
        FailureStop began = onFailure;
        if (began != null) {
            began.begun();
        }
        startCancelled.cancel();
        if (startOver != null) {
            awaitUninterruptibly(startOver);
        }
        if (!stopped.isDone()) {
            stopStarted(asked);
        }
        asked.done().complete(stopped.getNow(false));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                LOG.debug("a thread that stops a program was interrupted", e);
            }
        }
    }

    private void stopStarted(StopAsked asked) {
        boolean complete = false;
        String outcome = "everything that was received is processed";
        try {
            Engine running = engine;
            if (running != null && asked.graceful() && failure == null) {
                complete = running.stopGracefully(asked.deadline(), asked.savepoint());
            } else {
                complete = true;
                if (running != null) {
                    running.stop(Optional.ofNullable(failure));
                }
            }
            Throwable error = failure;
            if (error != null) {
                outcome = "it was stopped by an error: " + Failures.message(error);
            } else if (!asked.graceful() || !complete) {
                outcome = "not everything was processed; it is durable, and the next start goes on with it";
            }
        } catch (MillraceException e) {
            outcome = Failures.message(e);
            asked.done().completeExceptionally(e);
        } catch (Throwable e) {
            outcome = "the stop failed: " + Failures.text(e);
            fail(e);
            Failures.error(LOG, "Program '{}' was not stopped in order", programId(), e);
        } finally {
            state = ContextState.STOPPED;
            closed(complete && failure == null, asked.graceful() && complete && failure == null, outcome);
        }
    }

    /** The last step, which ends whatever fails on the way. */
    private void closed(boolean complete, boolean processed, String outcome) {
        attempt(outside::jvmMayEnd);
        attempt(() -> outside.stopped(processed, outcome));
        attempt(() -> listeners.close(Duration.ofSeconds(1)));
        attempt(() -> {
            if (clock instanceof SystemStreamClock owned && options.clock() == null) {
                owned.close();
            }
        });
        attempt(() -> Optional.ofNullable(onFailure).ifPresent(FailureStop::close));
        attempt(() -> stopped.complete(complete));
        terminated.countDown();
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            Failures.error(LOG, "a program was not closed in order", e);
        }
    }
}
