// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.JobResult;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.spi.scheduler.TaskOutput;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalSchedulerTest {
    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private LocalScheduler scheduler = scheduler(new TaskPolicy(4, Duration.ofMillis(100), Duration.ZERO));

    private LocalScheduler scheduler(TaskPolicy policy) {
        return new LocalScheduler(2, policy, clock, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        });
    }

    @AfterEach
    void leavesNoThread() {
        scheduler.close();
        assertThat(threads).noneMatch(Thread::isAlive);
    }

    private static TaskOutput answer(Object value) {
        return new TaskOutput(Map.of(), value);
    }

    private CompletableFuture<JobResult> submit(int partitions, StageFunction function) {
        Stage stage = new Stage(0, "stage", Stage.Kind.SOURCE, partitions, List.of(), function);
        CompletableFuture<JobResult> outcome = new CompletableFuture<>();
        scheduler.submit(new Job("program", 1, Instant.EPOCH, 0, List.of(stage)), new Scheduler.JobListener() {
            @Override
            public void started() {}

            @Override
            public void succeeded(JobResult result) {
                assertThat(outcome.complete(result)).isTrue();
            }

            @Override
            public void failed(TaskFailure failure) {
                assertThat(outcome.completeExceptionally(new Failed(failure))).isTrue();
            }
        });
        return outcome;
    }

    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient TaskFailure failure;

        Failed(TaskFailure failure) {
            this.failure = failure;
        }
    }

    private static TaskFailure failure(CompletableFuture<JobResult> outcome) {
        try {
            outcome.orTimeout(20, TimeUnit.SECONDS).join();
            throw new AssertionError("the job succeeded");
        } catch (CompletionException e) {
            return ((Failed) e.getCause()).failure;
        }
    }

    @Test
    void aTaskThatFailsIsTriedAgainAfterAPauseThatDoubles() {
        AtomicInteger calls = new AtomicInteger();
        CompletableFuture<JobResult> outcome = submit(1, context -> {
            if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
            return answer("done");
        });
        await().until(() -> calls.get() == 1 && clock.pending() == 1);
        clock.advance(Duration.ofMillis(99));
        assertThat(calls).hasValue(1);
        clock.advance(Duration.ofMillis(1));
        await().until(() -> calls.get() == 2 && clock.pending() == 1);
        clock.advance(Duration.ofMillis(199));
        assertThat(calls).hasValue(2);
        clock.advance(Duration.ofMillis(1));
        assertThat(outcome.orTimeout(20, TimeUnit.SECONDS).join().results()).isEqualTo(List.of(List.of("done")));
    }

    @Test
    void aTaskThatFailsTooOftenFailsItsJobAndSaysHowOften() {
        scheduler.close();
        scheduler = scheduler(new TaskPolicy(3, Duration.ZERO, Duration.ZERO));
        AtomicInteger calls = new AtomicInteger();
        TaskFailure failure = failure(submit(2, context -> {
            if (context.partition() == 1) {
                calls.incrementAndGet();
                throw new IllegalStateException("never");
            }
            return answer("done");
        }));
        assertThat(calls).hasValue(3);
        assertThat(failure.attempts()).isEqualTo(3);
        assertThat(failure.partition()).isEqualTo(1);
        assertThat(failure.cause()).hasMessage("never");
    }

    @Test
    void whatCannotHelpIsNotTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        TaskFailure failure = failure(submit(1, context -> {
            calls.incrementAndGet();
            throw new MillraceException(ErrorCode.CORRUPT_DATA, "damaged");
        }));
        assertThat(calls).hasValue(1);
        assertThat(failure.attempts()).isEqualTo(1);
    }

    @Test
    void aJobThatTakesTooLongIsInterruptedAndNamesItsStage() {
        scheduler.close();
        scheduler = scheduler(new TaskPolicy(4, Duration.ZERO, Duration.ofSeconds(5)));
        CountDownLatch inside = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        CompletableFuture<JobResult> outcome = submit(1, context -> {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
            }
            return answer("never");
        });
        await().until(() -> inside.getCount() == 0);
        clock.advance(Duration.ofSeconds(5));
        TaskFailure failure = failure(outcome);
        assertThat(interrupted).hasValue(1);
        assertThat(failure.stage()).isEqualTo("stage");
        assertThat(failure.cause()).isInstanceOf(TimeoutException.class).hasMessageContaining("PT5S");
        // the threads are fit for the next job, and no timer of the last one is left
        assertThat(clock.pending()).isZero();
        assertThat(submit(2, context -> answer(1))
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join()
                        .results())
                .isEqualTo(List.of(List.of(1, 1)));
    }
}
