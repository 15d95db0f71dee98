// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.benchmarks.fault.RecoveryTask.Phase;
import io.millrace.benchmarks.measure.ThisJvm;
import io.millrace.core.checkpoint.Checkpoint;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** The program of {@link RecoveryCommand}. */
public final class RecoveryProgram {
    /** What it prints when it waits to be killed. */
    static final String FILLED = "filled";

    private final RecoveryTask task;
    private final long begun = System.nanoTime();
    private final CountDownLatch done = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicBoolean stateIsThere = new AtomicBoolean();
    private double firstSeconds;
    private long committed;

    private RecoveryProgram(RecoveryTask task) {
        this.task = task;
    }

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws InterruptedException {
        RecoveryTask task = RecoveryTask.ofThisJvm();
        if (task.phase() == Phase.VERIFY) {
            verify(task);
        } else {
            new RecoveryProgram(task).run();
        }
    }

    private static void verify(RecoveryTask task) {
        long begin = System.nanoTime();
        try (Checkpoint checkpoint = Checkpoint.open(task.checkpoint().toUri(), Map.of(), null)) {
            Checkpoint.Verified verified = checkpoint.verify();
            ThisJvm.report(new RecoveryResult(0, 0, (System.nanoTime() - begin) / 1e9, verified.bytes()));
        }
    }

    private void run() throws InterruptedException {
        long records = task.phase() == Phase.RECOVER ? 0 : task.records();
        NumbersProvider load = new NumbersProvider(records, Duration.ZERO, task::record);
        try (StreamingContext context = StreamingContext.builder("recovery")
                .batchInterval(Duration.ofMillis(500))
                .checkpoint(task.checkpoint())
                .set("scheduler.threads", "2")
                .set("receiver.max-backlog", "8GiB")
                .listener(new Progress())
                .build()) {
            context.receive(load.source(RecoveryTask::key))
                    .mapToPair(key -> Pair.of(key, 1L))
                    .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                    .foreachBatch("totals", batch -> {
                        if (task.phase() == Phase.FILL && stateIsThere.get()) {
                            never.await(); // this batch never commits, and what comes after it waits
                        }
                    });
            if (task.phase() == Phase.FILL) {
                load.holdBackAfter(task.keys(), stateIsThere::get);
            }
            context.start();
            if (task.phase() == Phase.FILL) {
                load.awaitDurable();
                System.out.println(FILLED);
                never.await();
            }
            done.await();
            ThisJvm.report(new RecoveryResult(firstSeconds, committed, (System.nanoTime() - begun) / 1e9, 0));
        }
    }

    private final class Progress implements StreamingListener {
        @Override
        public void onBatchCommitted(BatchCommitted event) {
            if (event.records() == 0) {
                return;
            }
            if (committed == 0) {
                firstSeconds = (System.currentTimeMillis()
                                - ManagementFactory.getRuntimeMXBean().getStartTime())
                        / 1e3;
            }
            committed += event.records();
            long wanted = task.phase() == Phase.STEADY ? task.records() : task.backlogRecords();
            if (task.phase() == Phase.FILL && committed >= task.keys()) {
                stateIsThere.set(true);
            } else if (task.phase() != Phase.FILL && committed >= wanted) {
                done.countDown();
            }
        }
    }
}
