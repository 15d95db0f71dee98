// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.TaskOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Several jobs, programs and schedulers at once.
 *
 * @since 0.1
 */
public abstract class SchedulerJobsConformance extends SchedulerCancelConformance {
    SchedulerJobsConformance() {}

    // ---- several jobs ----

    @Test
    public void required_scheduler_40_manyJobsAtOnceAreNotMixedUp() {
        Scheduler scheduler = scheduler();
        List<JobWatch> watches = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            watches.add(submit(
                    scheduler,
                    new Graph()
                            .source(3, task -> {
                                @Nullable Object[] exchange = {number * 10 + task.partition()};
                                return new TaskOutput(Map.of(1, exchange), null);
                            })
                            .exchange(1, List.of(0), task -> Graph.result(new ArrayList<>(task.exchanged(0))))
                            .job(i)));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(watches.get(i).results().get(1)).isEqualTo(List.of(List.of(10 * i, 10 * i + 1, 10 * i + 2)));
        }
    }

    @Test
    public void required_scheduler_41_statefulStagesSeeJobsInTheOrderOfSubmission() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        List<JobWatch> watches = new ArrayList<>();
        watches.add(submit(scheduler, passing(witness, 0, true)));
        watches.add(submit(
                scheduler, new Graph().source(1, task -> Graph.result(null)).job(1)));
        watches.add(submit(scheduler, passing(witness, 2, false)));
        watches.add(submit(scheduler, passing(witness, 3, false)));
        staysSo("no later state is touched", () -> !witness.knows("state of 2") && !witness.knows("state of 3"));
        witness.open("first");
        watches.forEach(JobWatch::results);
        List<String> states = new ArrayList<>(witness.told());
        assertThat(states)
                .containsExactly("state of 0", "state of 0", "state of 2", "state of 2", "state of 3", "state of 3");
    }

    static Job passing(Witness witness, int batch, boolean held) {
        return new Graph()
                .source(1, task -> {
                    if (held) {
                        witness.pass("first");
                    }
                    return Graph.result(null);
                })
                .stateful(2, List.of(0), task -> {
                    witness.tell("state of " + batch);
                    return Graph.result(null);
                })
                .job(batch);
    }

    @Test
    public void required_scheduler_42_aJobThatFailsOrIsCancelledHoldsUpNoLaterState() {
        Scheduler scheduler = scheduler(retrying(1, NO_PAUSE).orElse(Map.of()));
        Witness witness = new Witness();
        JobWatch failing = submit(
                scheduler,
                new Graph()
                        .source(1, task -> {
                            throw new IllegalStateException("bad");
                        })
                        .stateful(1, List.of(0), task -> Graph.result(null))
                        .job(0));
        JobWatch held = submit(scheduler, passing(witness, 1, true));
        JobWatch waits = submit(scheduler, passing(witness, 2, false));
        JobWatch last = submit(scheduler, passing(witness, 3, false));
        assertThat(failing.failure().cause()).hasMessage("bad");
        waits.cancel();
        waiting().await("a job that only waits ends when it is cancelled", waits::isOver);
        assertThat(held.isOver()).isFalse();
        witness.open("first");
        assertThat(held.results()).hasSize(2);
        assertThat(last.results()).hasSize(2);
        assertThat(witness.told()).containsExactly("state of 1", "state of 1", "state of 3", "state of 3");
    }

    @Test
    public void required_scheduler_43_anInterruptOfATaskDoesNotReachTheNext() {
        Scheduler scheduler = scheduler();
        int tasks = 4 * scheduler.capabilities().parallelism();
        submit(scheduler, Graph.of(tasks, task -> {
                    Thread.currentThread().interrupt();
                    return Graph.result(null);
                }))
                .results();
        assertThat(submit(
                                scheduler,
                                Graph.of(
                                        tasks,
                                        task -> Graph.result(
                                                Thread.currentThread().isInterrupted() || task.cancelled())))
                        .results()
                        .get(0))
                .containsOnly(false);
    }

    @Test
    public void required_scheduler_44_aListenerThatThrowsHarmsNobody() {
        Scheduler scheduler = scheduler();
        Runnable throwing = () -> {
            throw new IllegalStateException("the listener is broken, as the kit wants it");
        };
        for (int i = 0; i < 2 * scheduler.capabilities().parallelism(); i++) {
            JobWatch watch = submit(scheduler, Graph.of(2, task -> Graph.result(task.partition())), throwing, throwing);
            assertThat(watch.results()).isEqualTo(List.of(List.of(0, 1)));
            assertThat(watch.told()).containsExactly("started", "succeeded");
        }
        assertRuns(scheduler);
    }
}
