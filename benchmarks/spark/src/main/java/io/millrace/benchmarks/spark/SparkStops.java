// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.measure.SeenNumbers;
import io.millrace.benchmarks.measure.StopResult;
import io.millrace.benchmarks.measure.StopResult.Stop;
import io.millrace.benchmarks.measure.StopTask;
import io.millrace.benchmarks.measure.ThisJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.receiver.Receiver;

/** Graceful stops of a program with a checkpoint directory and a receiver. */
public final class SparkStops {
    private static final int PARALLELISM = 3;

    /** Of the stop under way. Static, since Spark writes to its checkpoint what an output refers to. */
    private static volatile SeenNumbers seen = new SeenNumbers();

    private SparkStops() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        StopTask task = StopTask.ofThisJvm();
        List<Stop> stops = new ArrayList<>();
        for (int stop = 0; stop < task.stops(); stop++) {
            stops.add(stop(task, stop));
        }
        ThisJvm.report(new StopResult(stops));
        Runtime.getRuntime().halt(0);
    }

    private static Stop stop(StopTask task, int number) throws IOException, InterruptedException {
        Numbers.STORED.set(0);
        seen = new SeenNumbers();
        if (task.log()) {
            System.setProperty("spark.streaming.receiver.writeAheadLog.enable", "true");
        }
        JavaStreamingContext context = SparkContexts.local(PARALLELISM, task.intervalMillis());
        context.checkpoint(Files.createTempDirectory("spark-benchmark").toString());
        context.receiverStream(new Numbers(task.gapMicros()))
                .foreachRDD(rdd -> rdd.collect().forEach(SparkStops::see));
        context.start();
        Thread.sleep(task.runMillis(number));
        long begin = System.nanoTime();
        context.stop(true, true);
        double millis = (System.nanoTime() - begin) / 1e6;
        long received = Numbers.STORED.get();
        return new Stop(received, seen.missing(received), seen.twice(), millis, millis < StopTask.DEADLINE_MILLIS);
    }

    private static void see(long number) {
        seen.add(number);
    }

    /** As Spark's guide has it: records are stored one by one, and a block is made of them now and then. */
    private static final class Numbers extends Receiver<Long> {
        private static final long serialVersionUID = 1;

        /** The receiver runs in this very process. */
        static final AtomicLong STORED = new AtomicLong();

        private final long gapMicros;

        Numbers(long gapMicros) {
            super(StorageLevel.MEMORY_AND_DISK());
            this.gapMicros = gapMicros;
        }

        @Override
        public void onStart() {
            new Thread(this::receive, "numbers").start();
        }

        private void receive() {
            while (!isStopped()) {
                store(STORED.get());
                STORED.incrementAndGet();
                LockSupport.parkNanos(gapMicros * 1_000);
            }
        }

        @Override
        public void onStop() {
            // the thread looks for itself
        }
    }
}
