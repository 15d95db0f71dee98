// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.measure.Meter;
import io.millrace.benchmarks.measure.Task;
import io.millrace.benchmarks.workload.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.streaming.api.java.JavaInputDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.kafka010.ConsumerStrategies;
import org.apache.spark.streaming.kafka010.HasOffsetRanges;
import org.apache.spark.streaming.kafka010.KafkaUtils;
import org.apache.spark.streaming.kafka010.LocationStrategies;
import org.apache.spark.streaming.kafka010.OffsetRange;
import scala.Tuple2;

/**
 * The direct Kafka stream of DStreams in batches of one second: {@code reduceByKey} in each, merged by key at the driver.
 * Nothing is checkpointed, so nothing of it would survive.
 */
public final class SparkDirect {
    private SparkDirect() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws InterruptedException {
        Meter meter = new Meter();
        Task task = Task.ofThisJvm();
        JavaStreamingContext context = SparkContexts.local(task.parallelism(), 1_000);
        JavaInputDStream<ConsumerRecord<byte[], String>> records = KafkaUtils.createDirectStream(
                context,
                LocationStrategies.PreferConsistent(),
                ConsumerStrategies.<byte[], String>Subscribe(List.of(task.topic()), consumerConfig(task)));
        AtomicLong planned = new AtomicLong();
        records.foreachRDD(rdd -> {
            for (OffsetRange range : ((HasOffsetRanges) rdd.rdd()).offsetRanges()) {
                planned.addAndGet(range.count());
            }
        });
        Map<String, Long> totals = new ConcurrentHashMap<>();
        CountDownLatch done = new CountDownLatch(1);
        AtomicLong counted = new AtomicLong();
        counts(task, records).foreachRDD(rdd -> {
            for (Tuple2<String, Long> count : rdd.collect()) {
                totals.merge(count._1(), count._2(), Long::sum);
            }
            meter.counted(planned.get() - counted.getAndSet(planned.get()));
            if (counted.get() >= task.records()) {
                done.countDown();
            }
        });
        context.start();
        done.await();
        meter.report(totals.entrySet().stream()
                .mapToLong(total -> total.getKey().hashCode() * total.getValue())
                .sum());
        Runtime.getRuntime().halt(0); // Spark's own stop takes seconds, and its result is there
    }

    private static JavaPairDStream<String, Long> counts(
            Task task, JavaInputDStream<ConsumerRecord<byte[], String>> records) {
        if (task.workload() == Workload.EVENTS) {
            return records.mapToPair(record -> {
                        String event = record.value();
                        return new Tuple2<>(event.substring(0, 5), (long) Integer.parseInt(event, 6, 9, 10));
                    })
                    .reduceByKey(Long::sum);
        }
        return records.flatMap(
                        record -> Arrays.asList(record.value().split(" ", -1)).iterator())
                .mapToPair(word -> new Tuple2<>(word, 1L))
                .reduceByKey(Long::sum);
    }

    private static Map<String, Object> consumerConfig(Task task) {
        return Map.of(
                "bootstrap.servers",
                task.bootstrapServers(),
                "group.id",
                "benchmark-" + System.nanoTime(),
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                StringDeserializer.class,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "max.poll.records",
                10_000,
                "max.partition.fetch.bytes",
                4_194_304);
    }
}
