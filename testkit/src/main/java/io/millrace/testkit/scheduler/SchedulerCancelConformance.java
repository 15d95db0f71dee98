// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Jobs that are cancelled or run out of time.
 *
 * @since 0.1
 */
public abstract class SchedulerCancelConformance extends SchedulerFailureConformance {
    SchedulerCancelConformance() {}

    // ---- cancelling ----

    @Test
    public void required_scheduler_20_tasksOfACancelledJobThatHaveNotBegunDoNot() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        int parallelism = scheduler.capabilities().parallelism();
        JobWatch holding = submit(scheduler, Graph.of(parallelism, waitingAt(witness, "gate")));
        waiting().await("all threads are taken", () -> witness.count("begun") == parallelism, witness::told);
        JobWatch cancelled = submit(scheduler, Graph.of(3, task -> {
            witness.tell("too late");
            return Graph.result(null);
        }));
        cancelled.cancel();
        cancelled.cancel();
        witness.open("gate");
        assertThat(cancelled.failure().cause()).isInstanceOf(CancellationException.class);
        assertThat(witness.knows("too late")).isFalse();
        assertThat(holding.results().get(0)).hasSize(parallelism);
        assertThat(cancelled.told()).endsWith("failed").doesNotHaveDuplicates();
    }

    @Test
    public void required_scheduler_21_tasksThatRunAreToldThatTheirJobIsCancelled() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        Job job = new Graph()
                .source(1, task -> {
                    witness.tell("cancelled before: " + task.cancelled());
                    witness.tell("begun");
                    while (!task.cancelled()) {
                        Thread.onSpinWait();
                    }
                    return Graph.result("ended early");
                })
                .exchange(1, List.of(0), task -> {
                    witness.tell("the next stage");
                    return Graph.result(null);
                })
                .job(0);
        JobWatch watch = submit(scheduler, job);
        waiting().await("the task runs", () -> witness.knows("begun"));
        watch.cancel();
        assertThat(watch.failure().cause()).isInstanceOf(CancellationException.class);
        assertThat(witness.told()).containsExactly("cancelled before: false", "begun");
        assertRuns(scheduler);
    }

    @Test
    public void required_scheduler_22_cancellingAJobThatIsOverDoesNothing() {
        Scheduler scheduler = scheduler();
        JobWatch watch = submit(scheduler, Graph.of(2, task -> Graph.result(task.partition())));
        assertThat(watch.results()).isEqualTo(List.of(List.of(0, 1)));
        watch.cancel();
        assertRuns(scheduler);
        staysSo("nothing more is told", () -> watch.told().size() == 2);
    }

    @Test
    public void required_scheduler_23_otherJobsGoOnWhenOneIsCancelled() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        JobWatch cancelled = submit(scheduler, Graph.of(1, waitingAt(witness, "first")));
        JobWatch other = submit(scheduler, Graph.of(1, task -> {
            witness.pass("second");
            return Graph.result(task.cancelled());
        }));
        waiting().await("the first runs", () -> witness.knows("begun"));
        cancelled.cancel();
        witness.open("first");
        witness.open("second");
        assertThat(other.results()).isEqualTo(List.of(List.of(false)));
        waiting().await("the cancelled job is over", cancelled::isOver);
    }

    @Test
    public void optional_scheduler_24_aCancelledJobDoesNotWaitForTheNextAttemptOfATask() {
        Scheduler scheduler = scheduler(retrying(3, LONG_PAUSE).orElse(Map.of()));
        Witness witness = new Witness();
        JobWatch watch = submit(scheduler, Graph.of(2, failingOnce(witness)));
        waiting().await("both tasks failed", () -> watch.isOver() || (witness.knows("0") && witness.knows("1")));
        watch.cancel();
        assertThat(watch.failure().cause()).isInstanceOfAny(CancellationException.class, IllegalStateException.class);
        assertThat(witness.told()).doesNotHaveDuplicates();
        assertRuns(scheduler);
    }

    static StageFunction failingOnce(Witness witness) {
        return task -> {
            witness.tell(Integer.toString(task.partition()));
            throw new IllegalStateException("not yet");
        };
    }

    // ---- deadlines ----

    @Test
    public void optional_scheduler_30_aJobThatTakesTooLongIsInterruptedAndNamesItsStage() {
        Optional<Map<String, String>> settings = deadline(Duration.ofMillis(300));
        if (settings.isEmpty()) {
            assertThatThrownBy(() -> provider().config().parse("scheduler", Map.of("job.deadline", "300ms")))
                    .as("a scheduler without deadlines takes a setting that promises one")
                    .isInstanceOf(MillraceException.class);
            return;
        }
        Scheduler scheduler = scheduler(settings.get());
        Witness witness = new Witness();
        Job job = new Graph()
                .source(1, task -> Graph.result(null))
                .exchange(2, List.of(0), waitingAt(witness, "never"))
                .job(0);
        TaskFailure failure = submit(scheduler, job).failure();
        assertThat(failure.stage()).isEqualTo("stage-1");
        assertThat(failure.cause()).isInstanceOf(TimeoutException.class);
        assertThat(witness.knows("ended")).isFalse();
        assertRuns(scheduler);
    }

    @Test
    public void optional_scheduler_31_aDeadlineDoesNotWaitForTheNextAttemptOfATask() {
        Optional<Map<String, String>> deadline = deadline(Duration.ofMillis(300));
        Optional<Map<String, String>> retrying = retrying(3, LONG_PAUSE);
        if (deadline.isEmpty() || retrying.isEmpty()) {
            return; // a scheduler without either cannot wait for the one beyond the other
        }
        Map<String, String> both = new HashMap<>(deadline.get());
        both.putAll(retrying.get());
        Scheduler scheduler = scheduler(both);
        TaskFailure failure =
                submit(scheduler, Graph.of(2, failingOnce(new Witness()))).failure();
        assertThat(failure.cause()).isInstanceOf(TimeoutException.class);
        assertRuns(scheduler);
    }
}
