// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.spi.scheduler.TaskOutput;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.internal.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Proves that a scheduler keeps its contract, {@code docs/spec/scheduler.md}, whose clauses the methods are named after.
 * Extend it, say which provider it is, and run it; all of it must pass:
 *
 * <pre>{@code
 * class PoolSchedulerConformanceTest extends SchedulerConformance {
 *     @Override
 *     protected SchedulerProvider provider() {
 *         return new PoolSchedulerProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>The tasks of the kit are serializable and tell what they do to the JVM that they run in: a scheduler whose tasks run
 * elsewhere is given settings that keep them here. (It is one long class so that there is one class to extend.)
 *
 * @since 0.1
 */
@Timeout(180)
public abstract class SchedulerConformance {
    private static final Duration NO_PAUSE = Duration.ofMillis(1);
    private static final Duration LONG_PAUSE = Duration.ofHours(1);

    private final List<Scheduler> opened = new ArrayList<>();
    private final List<KitContext> contexts = new ArrayList<>();

    /** Makes a test of a scheduler. */
    protected SchedulerConformance() {}

    /** The provider of the scheduler. */
    protected abstract SchedulerProvider provider();

    /** The settings that every scheduler of this test is made with; at least two tasks must run at once. */
    protected Map<String, String> settings() {
        return Map.of();
    }

    /**
     * The settings that have a task tried again until it has failed so often, with such a pause before it is; empty if
     * the scheduler tries nothing again, which the kit then asserts.
     */
    protected Optional<Map<String, String>> retrying(int maxFailures, Duration pause) {
        return Optional.empty();
    }

    /**
     * The settings that end a job which runs for longer than {@code deadline}; empty if the scheduler has no such thing,
     * in which case the kit asserts that nobody is led to believe that it does.
     */
    protected Optional<Map<String, String>> deadline(Duration deadline) {
        return Optional.empty();
    }

    /** How long the kit waits for what must come. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How long the kit watches for what must not come. */
    protected Duration watch() {
        return Duration.ofMillis(100);
    }

    /** Lets all tasks go and closes what a test left open. */
    @AfterEach
    public void closeSchedulers() {
        Witness.dismissAll();
        opened.forEach(Scheduler::close);
        contexts.forEach(KitContext::close);
    }

    private Patience waiting() {
        return new Patience(patience());
    }

    private Scheduler scheduler() {
        return scheduler(Map.of());
    }

    private Scheduler scheduler(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings());
        all.putAll(more);
        KitContext context = KitContext.of(provider(), "scheduler", "kit-scheduler", all);
        contexts.add(context);
        Scheduler scheduler = provider().create(context);
        opened.add(scheduler);
        return scheduler;
    }

    private JobWatch submit(Scheduler scheduler, Job job) {
        return submit(scheduler, job, () -> {}, () -> {});
    }

    private JobWatch submit(Scheduler scheduler, Job job, Runnable atStart, Runnable atEnd) {
        JobWatch watch = new JobWatch(waiting(), atStart, atEnd);
        watch.submitted(scheduler.submit(job, watch));
        return watch;
    }

    /** Watches for a while that something stays as it is. */
    private void staysSo(String what, BooleanSupplier condition) {
        boolean broken = Patience.holdsWithin(watch(), () -> !condition.getAsBoolean());
        assertThat(broken).as("it ceased to be so that " + what).isFalse();
    }

    /** The threads of a scheduler are fit for more. */
    private void assertRuns(Scheduler scheduler) {
        int tasks = 2 * scheduler.capabilities().parallelism();
        assertThat(submit(scheduler, Graph.of(tasks, task -> Graph.result(task.partition())))
                        .results())
                .as("what another job returns")
                .isEqualTo(List.of(IntStream.range(0, tasks).boxed().toList()));
    }

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
    private static StageFunction ending(Witness witness) {
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

    private static StageFunction waitingAt(Witness witness, String gate) {
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
    private static <E extends Throwable> RuntimeException sneaky(Throwable error) throws E {
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

    private static StageFunction failingOnce(Witness witness) {
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

    private static Job passing(Witness witness, int batch, boolean held) {
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

    // ---- the end ----

    @Test
    public void required_scheduler_50_closeEndsAllThreadsAndMayBeCalledAgain() throws InterruptedException {
        Scheduler scheduler = scheduler();
        KitContext context = contexts.get(0);
        assertRuns(scheduler);
        scheduler.close();
        assertThat(context.awaitThreads(patience()))
                .as("all threads ended; left are " + context.running())
                .isTrue();
        scheduler.close();
    }

    @Test
    public void required_scheduler_51_closeCancelsWhatRunsAndTellsOfIt() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        int parallelism = scheduler.capabilities().parallelism();
        Job polite = Graph.of(parallelism, task -> {
            witness.tell("begun");
            while (!task.cancelled()) {
                Thread.onSpinWait();
            }
            throw new CancellationException("as I was told");
        });
        JobWatch running = submit(scheduler, polite);
        waiting().await("all threads are taken", () -> witness.count("begun") == parallelism, witness::told);
        JobWatch waiting = submit(scheduler, Graph.of(2, task -> {
            witness.tell("too late");
            return Graph.result(null);
        }));
        scheduler.close();
        assertThat(running.failure().cause()).isInstanceOf(CancellationException.class);
        assertThat(waiting.failure().cause()).isInstanceOf(CancellationException.class);
        assertThat(witness.knows("too late")).isFalse();
    }

    @Test
    public void required_scheduler_52_aClosedSchedulerRefusesJobs() {
        Scheduler scheduler = scheduler();
        scheduler.close();
        JobWatch watch = new JobWatch(waiting(), () -> {}, () -> {});
        assertThatThrownBy(() -> scheduler.submit(Graph.of(1, task -> Graph.result(null)), watch))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        staysSo("nothing is told", () -> watch.told().isEmpty());
    }

    @Test
    public void required_scheduler_53_closeReturnsThoughATaskIgnoresIt() {
        Scheduler scheduler = scheduler();
        Witness witness = new Witness();
        JobWatch watch = submit(scheduler, Graph.of(1, task -> {
            witness.tell("begun");
            witness.passStubbornly("gate");
            return Graph.result(null);
        }));
        waiting().await("the task runs", () -> witness.knows("begun"));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            scheduler.close();
            closed.complete(null);
        });
        closing.setDaemon(true);
        closing.start();
        waiting().await("close returned", closed);
        assertThat(watch.isOver()).as("the job is over while its task runs").isFalse();
        witness.open("gate");
        waiting().await("the job's end is told", watch::isOver);
    }

    @Test
    public void required_scheduler_54_closeMayBeCalledByWhomItTells() throws InterruptedException {
        Scheduler scheduler = scheduler();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        submit(scheduler, Graph.of(1, task -> Graph.result(null)), () -> {}, () -> {
                    scheduler.close();
                    closed.complete(null);
                })
                .results();
        waiting().await("close returned to the listener", closed);
        assertThat(contexts.get(0).awaitThreads(patience()))
                .as("all threads ended")
                .isTrue();
    }

    @Test
    public void stochastic_scheduler_55_whateverIsTakenBeforeTheEndIsToldOf() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            Scheduler scheduler = scheduler(retrying(3, NO_PAUSE).orElse(Map.of()));
            int jobs = random.nextInt(8);
            List<JobWatch> watches = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                boolean failing = random.nextBoolean();
                watches.add(submit(
                        scheduler,
                        new Graph()
                                .source(2, task -> {
                                    if (failing && task.attempt() == 0) {
                                        throw new IllegalStateException("once");
                                    }
                                    return Graph.result(null);
                                })
                                .stateful(2, List.of(0), task -> Graph.result(null))
                                .job(i)));
                if (random.nextInt(4) == 0) {
                    watches.get(i).cancel();
                }
            }
            scheduler.close();
            for (JobWatch watch : watches) {
                waiting().await("every job is told of (seed " + seed + ")", watch::isOver, watch::told);
            }
        }
    }

    // ---- memory ----

    @Test
    public void optional_scheduler_60_objectsArePassedAsTheyAreOnlyIfMemoryIsShared() {
        Scheduler scheduler = scheduler();
        Object notSerializable = new Object();
        Job job = new Graph()
                .source(1, task -> {
                    @Nullable Object[] exchange = {notSerializable};
                    return new TaskOutput(Map.of(1, exchange), null);
                })
                .exchange(1, List.of(0), task -> Graph.result(task.exchanged(0).get(0)))
                .job(0);
        if (scheduler.capabilities().sharesMemory()) {
            assertThat(submit(scheduler, job).results().get(1)).containsExactly(notSerializable);
        } else {
            assertThatThrownBy(() -> {
                        throw submit(scheduler, job).failure().cause();
                    })
                    .as("a function that cannot be serialized is refused, by submit or as the job's failure")
                    .hasStackTraceContaining("erializ");
            assertRuns(scheduler);
        }
    }

    // ---- all of it, by chance ----

    @Test
    public void stochastic_scheduler_70_anyGraphComesToWhatItWouldOneTaskAfterAnother() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Scheduler scheduler = scheduler(retrying(4, NO_PAUSE).orElse(Map.of()));
        boolean retries = retrying(4, NO_PAUSE).isPresent();
        List<JobWatch> watches = new ArrayList<>();
        List<List<List<Long>>> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            RandomGraph graph = new RandomGraph(random, retries);
            watches.add(submit(scheduler, graph.job(i)));
            expected.add(graph.results());
        }
        for (int i = 0; i < watches.size(); i++) {
            assertThat(watches.get(i).results())
                    .as("job " + i + " of seed " + seed)
                    .isEqualTo(expected.get(i));
        }
    }
}
