// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Jobs that succeed: stages, exchanges, what a listener is told, slots.
 *
 * @since 0.1
 */
public abstract class SchedulerRunConformance extends SchedulerKit {
    SchedulerRunConformance() {}

    // ---- jobs that succeed ----

    @Test
    public void required_scheduler_01_capabilitiesAreFixed() {
        Scheduler scheduler = scheduler();
        assertThat(scheduler.capabilities().parallelism()).isPositive();
        assertThat(scheduler.capabilities()).isEqualTo(scheduler.capabilities());
    }

    @Test
    public void required_scheduler_02_everyTaskRunsOnceAndItsResultHasItsPlace() {
        Witness witness = new Witness();
        Job job = new Graph()
                .source(7, task -> {
                    witness.tell("0/" + task.partition());
                    return Graph.result(task.partition() == 3 ? null : "a" + task.partition());
                })
                .exchange(3, List.of(0), task -> {
                    witness.tell("1/" + task.partition());
                    return Graph.result("b" + task.partition());
                })
                .job(0);
        List<List<@Nullable Object>> results = submit(scheduler(), job).results();
        assertThat(results)
                .isEqualTo(List.of(Arrays.asList("a0", "a1", "a2", null, "a4", "a5", "a6"), List.of("b0", "b1", "b2")));
        assertThat(witness.told()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    public void required_scheduler_03_jobsWithoutStagesAndStagesWithoutTasksSucceed() {
        Scheduler scheduler = scheduler();
        assertThat(submit(scheduler, new Graph().job(0)).results()).isEmpty();
        Job job = new Graph()
                .source(0, task -> Graph.result("never"))
                .exchange(2, List.of(0), task -> Graph.result(task.exchanged(0).size()))
                .exchange(0, List.of(1), task -> Graph.result("never"))
                .job(1);
        assertThat(submit(scheduler, job).results()).isEqualTo(List.of(List.of(), List.of(0, 0), List.of()));
    }

    @Test
    public void required_scheduler_04_aStageBeginsWhenAllThatItReadsHasEnded() {
        Witness witness = new Witness();
        StageFunction joining = task -> {
            witness.tell("end of " + witness.count("end"));
            return Graph.result(witness.count("end"));
        };
        Job job = new Graph()
                .source(3, ending(witness))
                .source(2, ending(witness))
                .exchange(2, List.of(0, 1), joining)
                .job(0);
        JobWatch watch = submit(scheduler(), job);
        witness.open("0");
        witness.open("1");
        staysSo("no task reads what is not there", () -> !witness.knows("end of 5"));
        witness.open("2");
        assertThat(watch.results().get(2)).isEqualTo(List.of(5, 5));
    }

    /** Tasks that wait for the gate that is called as their partition. */
    static StageFunction ending(Witness witness) {
        return task -> {
            witness.pass(Integer.toString(task.partition()));
            witness.tell("end");
            return Graph.result(null);
        };
    }

    @Test
    public void required_scheduler_05_exchangesReachTheirPartitionInOrder() {
        StageFunction sending = task -> {
            int from = task.partition();
            @Nullable Object[] toFirst = {"a" + from, from == 1 ? null : "b" + from};
            @Nullable Object[] toSecond = {"c" + from};
            return from == 2
                    ? new TaskOutput(Map.of(1, toFirst), null)
                    : new TaskOutput(Map.of(1, toFirst, 2, toSecond), null);
        };
        StageFunction receiving = task -> Graph.result(new ArrayList<>(task.exchanged(0)));
        Job job = new Graph()
                .source(4, sending)
                .exchange(2, List.of(0), receiving)
                .exchange(1, List.of(0), receiving)
                .exchange(
                        1,
                        List.of(1, 0),
                        task -> Graph.result(
                                List.of(task.exchanged(0), task.exchanged(1).size())))
                .job(0);
        List<List<@Nullable Object>> results = submit(scheduler(), job).results();
        assertThat(results.get(1)).isEqualTo(List.of(List.of("a0", "a1", "a2", "a3"), List.of("b0", "b2", "b3")));
        assertThat(results.get(2)).isEqualTo(List.of(List.of("c0", "c1", "c3")));
        assertThat(results.get(3)).isEqualTo(List.of(List.of(List.of(), 0)));
    }

    @Test
    public void required_scheduler_06_theListenerIsToldOfTheStartThenOfTheEndOnceEachOnOtherThreads() {
        Witness witness = new Witness();
        List<Integer> insideAtTheEnd = Collections.synchronizedList(new ArrayList<>());
        List<Boolean> begunAtTheStart = Collections.synchronizedList(new ArrayList<>());
        Job job = Graph.of(5, task -> {
            witness.enter();
            witness.tell("task");
            witness.leave();
            return Graph.result(null);
        });
        JobWatch watch = submit(
                scheduler(),
                job,
                () -> begunAtTheStart.add(witness.knows("task")),
                () -> insideAtTheEnd.add(witness.inside()));
        assertThat(watch.results()).hasSize(1);
        staysSo("nothing more is told", () -> watch.told().size() <= 2);
        assertThat(watch.told()).containsExactly("started", "succeeded");
        assertThat(begunAtTheStart).containsExactly(false);
        assertThat(insideAtTheEnd).containsExactly(0);
        assertThat(watch.tellers()).doesNotContain(Thread.currentThread());
    }

    @Test
    public void required_scheduler_07_submitReturnsWhileTasksRun() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        int tasks = scheduler.capabilities().parallelism() + 1;
        CompletableFuture<List<JobWatch>> submitted = new CompletableFuture<>();
        Thread submitting = new Thread(() -> submitted.complete(List.of(
                submit(scheduler, Graph.of(tasks, waitingAt(witness, "gate"))),
                submit(scheduler, Graph.of(tasks, waitingAt(witness, "gate"))))));
        submitting.setDaemon(true);
        submitting.start();
        List<JobWatch> watches = waiting().await("submit returned while tasks wait", submitted);
        assertThat(watches).noneMatch(JobWatch::isOver);
        witness.open("gate");
        watches.forEach(watch -> assertThat(watch.results().get(0)).hasSize(tasks));
    }

    static StageFunction waitingAt(Witness witness, String gate) {
        return task -> {
            witness.tell("begun");
            witness.pass(gate);
            witness.tell("ended");
            return Graph.result(task.partition());
        };
    }

    @Test
    public void required_scheduler_08_asManyTasksRunAtOnceAsDeclaredEachInASlotOfItsOwn() {
        Scheduler scheduler = scheduler();
        int parallelism = scheduler.capabilities().parallelism();
        Witness witness = new Witness();
        JobWatch watch = submit(scheduler, Graph.of(3 * parallelism, task -> {
            witness.enter();
            witness.pass("all");
            int slot = task.slot();
            witness.leave();
            return Graph.result(slot);
        }));
        waiting().await(parallelism + " tasks run at once", () -> witness.inside() == parallelism, witness::inside);
        staysSo("no more tasks run at once", () -> witness.mostInside() <= parallelism);
        Witness slots = new Witness();
        witness.open("all");
        assertThat(watch.results().get(0))
                .allSatisfy(slot -> assertThat((int) slot).isBetween(0, parallelism - 1));
        JobWatch each = submit(scheduler, Graph.of(parallelism, task -> {
            slots.tell("slot " + task.slot());
            slots.pass("all");
            return Graph.result(task.slot());
        }));
        waiting().await("all slots are taken", () -> slots.told().size() == parallelism, slots::told);
        slots.open("all");
        assertThat(new TreeSet<>(each.results().get(0))).hasSize(parallelism);
        assertThat(witness.mostInside()).isEqualTo(parallelism);
    }
}
