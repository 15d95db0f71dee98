// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.scheduler.JobResult;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.testkit.internal.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes what a scheduler tells of a job. Thread-safe. */
final class JobWatch implements Scheduler.JobListener {
    private final Patience patience;
    private final List<String> told = new ArrayList<>();
    private final List<Thread> tellers = new ArrayList<>();
    private final CompletableFuture<Object> outcome = new CompletableFuture<>();
    private final Runnable atStart;
    private final Runnable atEnd;
    private volatile Scheduler.@Nullable JobHandle handle;

    JobWatch(Patience patience, Runnable atStart, Runnable atEnd) {
        this.patience = patience;
        this.atStart = atStart;
        this.atEnd = atEnd;
    }

    void submitted(Scheduler.JobHandle job) {
        handle = job;
    }

    void cancel() {
        Objects.requireNonNull(handle, "submit returned no handle").cancel();
    }

    @Override
    public void started() {
        tell("started");
        atStart.run();
    }

    @Override
    public void succeeded(JobResult result) {
        tell("succeeded");
        end(result);
    }

    @Override
    public void failed(TaskFailure failure) {
        tell("failed");
        end(failure);
    }

    private void end(Object how) {
        try {
            atEnd.run();
        } finally {
            outcome.complete(how);
        }
    }

    private synchronized void tell(String what) {
        told.add(what);
        tellers.add(Thread.currentThread());
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }

    synchronized List<Thread> tellers() {
        return List.copyOf(tellers);
    }

    boolean isOver() {
        return outcome.isDone();
    }

    private Object outcome() {
        return patience.await("the job's outcome was told", outcome);
    }

    /** What the tasks returned; fails if the job did. */
    List<List<@Nullable Object>> results() {
        Object told = outcome();
        assertThat(told).as("the job's outcome").isInstanceOf(JobResult.class);
        return ((JobResult) told).results();
    }

    /** Why the job failed; fails if it did not. */
    TaskFailure failure() {
        Object told = outcome();
        assertThat(told).as("the job's outcome").isInstanceOf(TaskFailure.class);
        return (TaskFailure) told;
    }
}
