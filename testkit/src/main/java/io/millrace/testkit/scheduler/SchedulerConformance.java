// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.TaskOutput;
import io.millrace.testkit.KitContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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
 * elsewhere is given settings that keep them here. The superclasses are its chapters.
 *
 * @since 0.1
 */
public abstract class SchedulerConformance extends SchedulerJobsConformance {
    /** Makes a test of a scheduler. */
    protected SchedulerConformance() {}

    // ---- the end ----

    @Test
    public void required_scheduler_50_closeEndsAllThreadsAndMayBeCalledAgain() throws InterruptedException {
        Scheduler scheduler = scheduler();
        KitContext context = firstContext();
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
        assertThat(firstContext().awaitThreads(patience()))
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
