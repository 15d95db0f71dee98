// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.spi.scheduler.TaskOutput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Tasks that fail, and tasks that are tried again.
 *
 * @since 0.1
 */
public abstract class SchedulerFailureConformance extends SchedulerRunConformance {
    SchedulerFailureConformance() {}

    // ---- tasks that fail ----

    @Test
    public void required_scheduler_10_aFailureNamesItsStagePartitionAndCause() {
        Scheduler scheduler = scheduler();
        Job job = new Graph()
                .source(2, task -> Graph.result(null))
                .exchange(3, List.of(0), task -> {
                    if (task.partition() == 2) {
                        throw new MillraceException(ErrorCode.USER_CODE, "the third is bad");
                    }
                    return Graph.result(null);
                })
                .exchange(1, List.of(1), task -> Graph.result(null))
                .job(0);
        TaskFailure failure = submit(scheduler, job).failure();
        assertThat(failure.stage()).isEqualTo("stage-1");
        assertThat(failure.partition()).isEqualTo(2);
        assertThat(failure.attempts()).isEqualTo(1);
        assertThat(failure.cause()).isInstanceOf(MillraceException.class).hasMessage("the third is bad");
        assertRuns(scheduler);
    }

    @Test
    public void required_scheduler_11_noTaskOfAFailedJobBeginsOrRunsWhenThatIsTold() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        int tasks = 4 * scheduler.capabilities().parallelism();
        List<Integer> insideAtTheEnd = Collections.synchronizedList(new ArrayList<>());
        Job job = new Graph()
                .source(tasks, task -> {
                    witness.enter();
                    try {
                        if (task.partition() == 0) {
                            witness.pass("a task beside it runs");
                            throw new MillraceException(ErrorCode.USER_CODE, "the first is bad");
                        }
                        witness.tell("begun");
                        witness.pass("gate");
                        return Graph.result(null);
                    } finally {
                        witness.leave();
                    }
                })
                .exchange(1, List.of(0), task -> {
                    witness.tell("the next stage");
                    return Graph.result(null);
                })
                .job(0);
        JobWatch watch = submit(scheduler, job, () -> {}, () -> insideAtTheEnd.add(witness.inside()));
        waiting().await("a task beside the failing one runs", () -> witness.knows("begun"));
        witness.open("a task beside it runs");
        staysSo("the failure is not told while a task runs", () -> !watch.isOver());
        witness.open("gate");
        assertThat(watch.failure().cause()).hasMessage("the first is bad");
        assertThat(insideAtTheEnd).containsExactly(0);
        int begun = witness.count("begun");
        staysSo("no other task begins", () -> witness.count("begun") == begun);
        assertThat(begun)
                .as("tasks that began beside or before the failing one")
                .isLessThan(tasks - 1);
        assertThat(witness.knows("the next stage")).isFalse();
    }

    @Test
    public void required_scheduler_12_errorsOfAnyKindFailTheJobAndNothingElse() {
        Scheduler scheduler = scheduler(retrying(1, NO_PAUSE).orElse(Map.of()));
        List<Throwable> errors = List.of(
                new AssertionError("it is wrong"),
                new StackOverflowError("too deep"),
                new NoClassDefFoundError("a/Missing"),
                new InterruptedException("enough"),
                new OutOfMemoryError("none left"));
        for (Throwable error : errors) {
            for (int i = 0; i < scheduler.capabilities().parallelism(); i++) {
                TaskFailure failure = submit(scheduler, Graph.of(1, task -> {
                            throw sneaky(error);
                        }))
                        .failure();
                assertThat(failure.cause()).hasSameClassAs(error).hasMessage(error.getMessage());
            }
        }
        assertRuns(scheduler);
    }

    @SuppressWarnings("unchecked") // the compiler may take any throwable for one that it does not check
    static <E extends Throwable> RuntimeException sneaky(Throwable error) throws E {
        throw (E) error;
    }

    @Test
    public void optional_scheduler_13_aTaskThatFailsIsTriedAgainAsOftenAsDeclared() {
        Witness witness = new Witness();
        StageFunction failing = task -> {
            if (task.partition() == 1) {
                witness.tell("attempt " + task.attempt());
                throw new IllegalStateException("never");
            }
            return Graph.result(null);
        };
        Optional<Map<String, String>> settings = retrying(3, NO_PAUSE);
        TaskFailure failure = submit(scheduler(settings.orElse(Map.of())), Graph.of(2, failing))
                .failure();
        int attempts = settings.isPresent() ? 3 : 1;
        assertThat(failure.attempts()).isEqualTo(attempts);
        assertThat(failure.partition()).isEqualTo(1);
        assertThat(failure.cause()).isInstanceOf(IllegalStateException.class).hasMessage("never");
        assertThat(witness.told())
                .as("what the failing task saw")
                .isEqualTo(IntStream.range(0, attempts)
                        .mapToObj(i -> "attempt " + i)
                        .toList());
    }

    @Test
    public void optional_scheduler_14_aJobWhoseTasksSucceedInTheEndSucceedsWithTheirLastResults() {
        Optional<Map<String, String>> settings = retrying(4, NO_PAUSE);
        Job job = new Graph()
                .source(3, task -> {
                    if (task.attempt() < task.partition()) {
                        throw new IllegalStateException("not yet");
                    }
                    @Nullable Object[] exchange = {"x" + task.attempt()};
                    return new TaskOutput(Map.of(1, exchange), "r" + task.attempt());
                })
                .exchange(1, List.of(0), task -> Graph.result(new ArrayList<>(task.exchanged(0))))
                .job(0);
        JobWatch watch = submit(scheduler(settings.orElse(Map.of())), job);
        if (settings.isEmpty()) {
            assertThat(watch.failure().attempts()).isEqualTo(1);
        } else {
            assertThat(watch.results())
                    .isEqualTo(List.of(List.of("r0", "r1", "r2"), List.of(List.of("x0", "x1", "x2"))));
        }
    }

    @Test
    public void required_scheduler_15_whatARetryCannotHelpIsNotTriedAgain() {
        Scheduler scheduler = scheduler(retrying(5, NO_PAUSE).orElse(Map.of()));
        Witness witness = new Witness();
        TaskFailure failure = submit(scheduler, Graph.of(1, task -> {
                    witness.tell("attempt");
                    throw new MillraceException(ErrorCode.CORRUPT_DATA, "damaged");
                }))
                .failure();
        assertThat(witness.count("attempt")).isEqualTo(1);
        assertThat(failure.attempts()).isEqualTo(1);
    }
}
