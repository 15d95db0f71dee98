// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.internal.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the tests of schedulers share: the schedulers of one test, their jobs, and how they end.
 *
 * @since 0.1
 */
@Timeout(180)
public abstract class SchedulerKit {
    static final Duration NO_PAUSE = Duration.ofMillis(1);
    static final Duration LONG_PAUSE = Duration.ofHours(1);

    private final List<Scheduler> opened = new ArrayList<>();
    private final List<KitContext> contexts = new ArrayList<>();

    SchedulerKit() {}

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
     * in which case the kit asserts that the scheduler does not claim that it does.
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

    final Patience waiting() {
        return new Patience(patience());
    }

    final Scheduler scheduler() {
        return scheduler(Map.of());
    }

    final Scheduler scheduler(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings());
        all.putAll(more);
        KitContext context = KitContext.of(provider(), "scheduler", "kit-scheduler", all);
        contexts.add(context);
        Scheduler scheduler = provider().create(context);
        opened.add(scheduler);
        return scheduler;
    }

    final JobWatch submit(Scheduler scheduler, Job job) {
        return submit(scheduler, job, () -> {}, () -> {});
    }

    final JobWatch submit(Scheduler scheduler, Job job, Runnable atStart, Runnable atEnd) {
        JobWatch watch = new JobWatch(waiting(), atStart, atEnd);
        watch.submitted(scheduler.submit(job, watch));
        return watch;
    }

    /** What the first scheduler of this test was made with. */
    final KitContext firstContext() {
        return contexts.get(0);
    }

    /** Watches for a while that something stays as it is. */
    final void staysSo(String what, BooleanSupplier condition) {
        boolean broken = Patience.holdsWithin(watch(), () -> !condition.getAsBoolean());
        assertThat(broken).as("it ceased to be so that " + what).isFalse();
    }

    /** The threads of a scheduler are fit for more. */
    final void assertRuns(Scheduler scheduler) {
        int tasks = 2 * scheduler.capabilities().parallelism();
        assertThat(submit(scheduler, Graph.of(tasks, task -> Graph.result(task.partition())))
                        .results())
                .as("what another job returns")
                .isEqualTo(List.of(IntStream.range(0, tasks).boxed().toList()));
    }
}
