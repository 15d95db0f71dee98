// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.measure.BatchMeter;
import io.millrace.benchmarks.measure.BatchTask;
import io.millrace.benchmarks.workload.Keyed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaInputDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.dstream.ConstantInputDStream;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/** Batches of generated pairs in Spark, and what each cost: Spark's own {@code processingDelay}. */
final class SparkBatches {
    private static final int PARALLELISM = 2;

    private final BatchTask task;
    private final BatchMeter meter;
    private final JavaStreamingContext context;

    SparkBatches(BatchTask task, BatchMeter meter) throws IOException {
        this.task = task;
        this.meter = meter;
        this.context = SparkContexts.local(PARALLELISM, task.intervalMillis());
        Path checkpoint = Files.createTempDirectory("spark-benchmark");
        context.checkpoint(checkpoint.toString());
    }

    /** Runs a program on the batches until all are done, and returns the checksum of what the last one put out. */
    long run(Function<JavaPairDStream<String, Long>, JavaDStream<Tuple2<String, Long>>> program)
            throws InterruptedException {
        AtomicLong checksum = new AtomicLong();
        AtomicLong outputs = new AtomicLong();
        long batches = task.batches();
        program.apply(pairs()).foreachRDD(rdd -> {
            long sum = rdd.mapPartitions(SparkBatches::checksum).collect().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            if (outputs.incrementAndGet() == batches) {
                checksum.set(sum);
            }
        });
        context.ssc().addStreamingListener(new Listener());
        context.start();
        meter.await();
        return checksum.get();
    }

    private JavaPairDStream<String, Long> pairs() {
        List<Integer> numbers = IntStream.range(0, task.partitions()).boxed().toList();
        RDD<Integer> partitions =
                context.sparkContext().parallelize(numbers, task.partitions()).rdd();
        JavaDStream<Integer> constant = new JavaInputDStream<>(
                new ConstantInputDStream<>(context.ssc(), partitions, ClassTag$.MODULE$.apply(Integer.class)),
                ClassTag$.MODULE$.apply(Integer.class));
        BatchTask batches = task;
        FirstBatch first = new FirstBatch();
        return constant.transformToPair((JavaRDD<Integer> rdd, org.apache.spark.streaming.Time time) -> {
            long batch = first.index(time.milliseconds(), batches.intervalMillis());
            return JavaPairRDD.fromJavaRDD(
                    rdd.mapPartitionsWithIndex((index, numbersHere) -> pairs(batches, batch, index), true));
        });
    }

    /** The pairs of a partition of a batch; batches past the last are empty. */
    private static Iterator<Tuple2<String, Long>> pairs(BatchTask task, long batch, int partition) {
        long from = batch * task.recordsPerBatch();
        long count = batch < task.batches() ? task.recordsPerBatch() / task.partitions() : 0;
        Keyed workload = task.workload();
        return LongStream.range(0, count)
                .map(place -> from + place * task.partitions() + partition)
                .mapToObj(index -> new Tuple2<>(Keyed.name(workload.key(index, task.keys())), Keyed.amount(index)))
                .iterator();
    }

    private static Iterator<Long> checksum(Iterator<Tuple2<String, Long>> totals) {
        long sum = 0;
        while (totals.hasNext()) {
            Tuple2<String, Long> total = totals.next();
            sum += total._1().hashCode() * total._2();
        }
        return List.of(sum).iterator();
    }

    /** Numbers batches by their time; used at the driver only, but a checkpoint writes it. */
    private static final class FirstBatch implements java.io.Serializable {
        private static final long serialVersionUID = 1;

        private long firstMillis = -1;

        synchronized long index(long millis, long intervalMillis) {
            if (firstMillis < 0) {
                firstMillis = millis;
            }
            return (millis - firstMillis) / intervalMillis;
        }
    }

    private final class Listener extends StreamingListenerAdapter {
        @Override
        public void onBatchCompleted(StreamingListenerBatchCompleted event) {
            meter.completed((Long) event.batchInfo().processingDelay().get());
        }
    }

    /** Scala's default methods are not Java's. */
    private abstract static class StreamingListenerAdapter implements StreamingListener {}
}
