// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The jobs and tasks of a program that run: each slot of the scheduler notes what it is at, which costs a task two
 * ordered writes. A job of which no task runs and none has come to an end is told of as such.
 */
public final class TaskWatch implements Watched {
    private final AtomicReferenceArray<@Nullable Running> slots;
    private final Map<Instant, Integer> jobs = new ConcurrentHashMap<>();
    private final boolean on;
    private final AtomicInteger ended = new AtomicInteger();

    private record Running(Instant batchTime, String stage, int partition, int attempt, Thread thread) {
        String what() {
            return "batch " + batchTime + ", stage '" + stage + "', partition " + partition
                    + (attempt == 0 ? "" : ", attempt " + (attempt + 1));
        }
    }

    /** Watches a scheduler that runs so many tasks at once; or nothing. */
    public TaskWatch(int parallelism, boolean on) {
        this.on = on;
        slots = new AtomicReferenceArray<>(parallelism);
    }

    /** The stages of a batch, whose tasks will be seen. */
    public List<Stage> stages(Instant batchTime, List<Stage> stages) {
        if (!on) {
            return stages;
        }
        List<Stage> watched = new ArrayList<>(stages.size());
        for (Stage stage : stages) {
            StageFunction function = stage.function();
            watched.add(new Stage(
                    stage.index(), stage.name(), stage.kind(), stage.partitions(), stage.inputs(), context -> {
                        begin(batchTime, stage.name(), context);
                        try {
                            return function.run(context);
                        } finally {
                            end(context);
                        }
                    }));
        }
        return watched;
    }

    private void begin(Instant batchTime, String stage, TaskContext context) {
        int slot = context.slot();
        if (slot < slots.length()) {
            slots.lazySet(
                    slot,
                    new Running(batchTime, stage, context.partition(), context.attempt(), Thread.currentThread()));
        }
    }

    private void end(TaskContext context) {
        int slot = context.slot();
        if (slot < slots.length()) {
            slots.lazySet(slot, null);
        }
        ended.lazySet(ended.get() + 1); // may miss some, which does not matter
    }

    /** A job is given to the scheduler. */
    public void submitted(Instant batchTime) {
        jobs.put(batchTime, 0);
    }

    /** The scheduler has said what became of a job. */
    public void over(Instant batchTime) {
        jobs.remove(batchTime);
    }

    @Override
    public void look(Consumer<Sighting> into) {
        int now = ended.get();
        boolean any = false;
        for (int slot = 0; slot < slots.length(); slot++) {
            Running running = slots.get(slot);
            if (running != null) {
                any = true;
                into.accept(Sighting.of(running.what(), running, running.thread));
            }
        }
        if (!any) {
            jobs.keySet()
                    .forEach(batch -> into.accept(
                            Sighting.of("batch " + batch + ", no task of which the scheduler runs", now, null)));
        }
    }
}
