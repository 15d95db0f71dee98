// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.PlainText;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.clock.Times;
import io.millrace.core.failure.Failures;
import io.millrace.core.graph.Node;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.operator.BatchData;
import io.millrace.core.plan.RecordErrors;
import io.millrace.core.sink.Sinks;
import io.millrace.core.watch.Conditions;
import io.millrace.core.watch.Watchdog;
import io.millrace.core.watch.Works;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the outputs of a batch on threads of its own, the first of them in order of declaration. With one thread, each is
 * called when the one before has returned.
 */
final class OutputRunner {
    private static final Logger LOG = LoggerFactory.getLogger(OutputRunner.class);

    private final Program program;
    private final long epoch;
    private final List<Node.Output> outputs;
    private final ListenerBus listeners;
    private final List<EngineThread> threads;
    private final Sinks sinks;
    private final RecordErrors errors;
    private final DeadLetters letters;
    private final Watchdog watchdog;
    private final Conditions conditions;
    private final Duration retryFor;

    OutputRunner(
            Program program,
            long epoch,
            List<Node.Output> outputs,
            Sinks sinks,
            RecordErrors errors,
            DeadLetters letters,
            ListenerBus listeners,
            List<EngineThread> threads,
            Watchdog watchdog,
            Conditions conditions) {
        this.program = program;
        this.epoch = epoch;
        this.outputs = List.copyOf(outputs);
        this.listeners = listeners;
        this.threads = List.copyOf(threads);
        this.sinks = sinks;
        this.errors = errors;
        this.letters = letters;
        this.watchdog = watchdog;
        this.conditions = conditions;
        this.retryFor = Times.wait(program.settings().get(EngineOptions.OUTPUT_RETRY_FOR));
    }

    /** The names of those that are called at a batch time, in order. */
    List<String> names(long batchTime) {
        return outputs.stream()
                .filter(output -> output.due(batchTime))
                .map(Node.Output::name)
                .toList();
    }

    /**
     * Runs outputs of a batch.
     *
     * @param some which, in order of declaration; those that are not due are left out
     * @param data elements by output node
     * @param before what is to be done before; if it throws, no output is called
     * @param done told on the outputs' thread
     */
    void run(
            long batchTime,
            List<Node.Output> some,
            Map<Integer, List<List<Object>>> data,
            Runnable before,
            Consumer<Outcome> done) {
        threads.get(0).execute(() -> {
            try (Works.Work preparing = watchdog.begin(() -> "what comes before the outputs of " + batch(batchTime))) {
                before.run();
            } catch (MillraceException e) {
                done.accept(new Outcome(List.of(), Optional.of(e)));
                return;
            }
            Round round = new Round(batchTime, some, data, done);
            for (int i = 1; i < Math.min(threads.size(), round.due.size()); i++) {
                threads.get(i).execute(round::work);
            }
            round.work();
        });
    }

    /** Outputs of one batch: each thread takes the next one, and the last to be done says so. */
    private final class Round {
        private final long batchTime;
        private final Map<Integer, List<List<Object>>> data;
        private final Consumer<Outcome> done;
        private final List<Integer> due = new ArrayList<>();
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger left;
        private final AtomicReferenceArray<OutputOperationInfo> operations;
        private final AtomicReferenceArray<Optional<MillraceException>> failures;

        Round(long batchTime, List<Node.Output> some, Map<Integer, List<List<Object>>> data, Consumer<Outcome> done) {
            this.batchTime = batchTime;
            this.data = data;
            this.done = done;
            for (Node.Output output : some) {
                if (output.due(batchTime)) {
                    due.add(outputs.indexOf(output));
                }
            }
            this.left = new AtomicInteger(due.size());
            this.operations = new AtomicReferenceArray<>(due.size());
            this.failures = new AtomicReferenceArray<>(due.size());
        }

        void work() {
            if (due.isEmpty()) {
                done.accept(new Outcome(List.of(), Optional.empty()));
            }
            for (int i = taken.getAndIncrement(); i < due.size(); i = taken.getAndIncrement()) {
                List<OutputOperationInfo> operation = new ArrayList<>(1);
                failures.set(i, run(batchTime, due.get(i), data, operation));
                operations.set(i, operation.get(0));
                if (left.decrementAndGet() == 0) {
                    done.accept(outcome());
                }
            }
        }

        private Outcome outcome() {
            List<OutputOperationInfo> all = new ArrayList<>();
            Optional<MillraceException> failure = Optional.empty();
            for (int i = 0; i < due.size(); i++) {
                all.add(operations.get(i));
                failure = failure.isPresent() ? failure : failures.get(i);
            }
            return new Outcome(all, failure);
        }
    }

    private Optional<MillraceException> run(
            long batchTime, int index, Map<Integer, List<List<Object>>> data, List<OutputOperationInfo> operations) {
        Node.Output output = outputs.get(index);
        Instant batch = Instant.ofEpochMilli(batchTime);
        Instant started = now();
        OutputOperationInfo info = new OutputOperationInfo(
                batch, index, output.name(), Optional.of(started), Optional.empty(), Optional.empty());
        listeners.post(new StreamingEvent.OutputOperationStarted(started, info));
        Attempts attempts = call(output, batch, data.getOrDefault(output.id(), List.of()));
        Throwable thrown = attempts.failure();
        Instant completed = now();
        OutputOperationInfo after = new OutputOperationInfo(
                batch,
                index,
                output.name(),
                Optional.of(started),
                Optional.of(completed),
                Optional.ofNullable(thrown)
                        .map(error -> failed(output, batch, error, attempts).getMessage()));
        operations.add(after);
        listeners.post(new StreamingEvent.OutputOperationCompleted(completed, after));
        if (thrown == null) {
            return Optional.empty();
        }
        if (output.policy().isSkipped() && !isEnd(thrown)) {
            Failures.warn(LOG, "Output '{}' does without batch {}: {}", output.name(), batch, Failures.text(thrown));
            return Optional.empty();
        }
        return Optional.of(failed(output, batch, thrown, attempts));
    }

    /**
     * How the calls of an output for one batch ended.
     *
     * @param failure what the last one threw; null for nothing
     * @param gaveUp what to say of an error that was waited for; empty for nothing
     * @param element on which element it threw, as the end of a phrase; empty if that is not known
     */
    private record Attempts(@Nullable Throwable failure, String gaveUp, String element) {}

    /** Calls an output's function until what passes by itself has passed, and then as often as its policy says. */
    private Attempts call(Node.Output output, Instant batch, List<List<Object>> data) {
        try (OutputRetry retry = new OutputRetry(output.name(), batch, retryFor, program.clock(), conditions)) {
            RefusedElements refused = new RefusedElements(output, errors, letters);
            Last last = new Last();
            Throwable failure = call(output, batch, data, retry, refused, last);
            if (failure == null) {
                refused.skipped(example -> tell(output, batch, refused.count(), example));
            }
            return new Attempts(failure, retry.gaveUp(), last.elementOf(failure));
        }
    }

    /** What an output was given last. */
    private static final class Last {
        private @Nullable BatchData given;

        String elementOf(@Nullable Throwable failure) {
            BatchData batch = given;
            return batch == null || failure == null ? "" : batch.elementOf(failure);
        }
    }

    private void tell(Node.Output output, Instant batch, long count, String example) {
        LOG.warn("Batch {} does without {} elements: {}", batch, count, PlainText.of(example));
        listeners.post(new StreamingEvent.RecordsSkipped(now(), batch, output.place(), count, example));
    }

    private @Nullable Throwable call(
            Node.Output output,
            Instant batch,
            List<List<Object>> data,
            OutputRetry retry,
            RefusedElements refused,
            Last last) {
        int failures = 0;
        for (int attempt = 0; ; attempt++) {
            Duration pause;
            BatchId id = new BatchId(program.id(), epoch, batch, program.interval(), output.name(), attempt);
            BatchData given = new BatchData(id, data);
            last.given = given;
            Throwable failed;
            try (Works.Work calling = watchdog.begin(() -> "output '" + output.name() + "' of batch " + batch
                            + (id.attempt() == 0 ? "" : ", attempt " + (id.attempt() + 1)));
                    ForeignCall function = ForeignCall.begin()) {
                write(output, given, refused);
                return null;
            } catch (Throwable thrown) {
                failed = thrown;
                if (isEnd(thrown)) {
                    return thrown;
                }
                Optional<Duration> passing = retry.pause(thrown);
                if (passing.isEmpty() && failures >= output.policy().retries()) {
                    return thrown;
                }
                pause = passing.isPresent() ? passing.get() : output.policy().pause(++failures);
                if (passing.isEmpty()) {
                    Failures.warn(
                            LOG,
                            "Output '{}' failed on batch {} and is called again: {}",
                            output.name(),
                            batch,
                            Failures.text(thrown));
                }
            }
            try {
                pause(pause);
            } catch (InterruptedException e) {
                return isEnd(e) ? e : failed;
            }
        }
    }

    private void write(Node.Output output, BatchData batch, RefusedElements refused) throws Exception {
        if (output.target() == null) {
            output.function().accept(batch);
        } else {
            refused.at(batch.id());
            sinks.write(batch, refused);
        }
    }

    /** Whether the output is told to end, or the process cannot or must not go on: no policy is asked then. */
    private boolean isEnd(Throwable thrown) {
        boolean told = thrown instanceof InterruptedException
                && threads.stream().anyMatch(thread -> thread.isCurrent() && thread.isClosed());
        return told
                || !Failures.isSurvivable(thrown)
                || (thrown instanceof MillraceException known && known.code() == ErrorCode.FENCED);
    }

    private void pause(Duration duration) throws InterruptedException {
        if (!duration.isZero()) {
            CountDownLatch over = new CountDownLatch(1);
            program.clock().schedule(duration, over::countDown);
            over.await();
        }
    }

    /**
     * How the outputs of a batch went.
     *
     * @param operations those that ran
     * @param failure what the first of them threw that does not do without the batch
     */
    record Outcome(List<OutputOperationInfo> operations, Optional<MillraceException> failure) {}

    private static String batch(long batchTime) {
        return "batch " + Instant.ofEpochMilli(batchTime);
    }

    private Instant now() {
        return Instant.ofEpochMilli(program.clock().millis());
    }

    private static MillraceException failed(Node.Output output, Instant batch, Throwable thrown, Attempts attempts) {
        return new MillraceException(
                thrown instanceof MillraceException known ? known.code() : ErrorCode.USER_CODE,
                "output '" + output.name() + "' failed on batch " + batch + attempts.element + ": "
                        + Failures.text(thrown) + attempts.gaveUp + "; it was declared at " + output.declaredAt()
                        + "; the batch is not committed and is run again, with the same records, by the next start",
                thrown);
    }
}
