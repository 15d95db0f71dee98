// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.api.DStream;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.sink.SinkTarget;
import io.millrace.receiver.kafka.direct.KafkaDirect;
import io.millrace.receiver.kafka.reliable.KafkaReliable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The program that {@link FaultsCommand} kills. It prints a line for each batch with records, when that is committed. */
public final class FaultProgram {
    /** What the line of a batch starts with. */
    static final String BATCH = "batch ";

    /** What the last line starts with; the total that the program's state holds comes after it. */
    static final String TOTAL = "total ";

    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final Duration GAP = Duration.ofNanos(400_000);
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private FaultProgram() {}

    /** Runs in a JVM of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try {
            run(FaultTask.ofThisJvm(), LogPlace.ofThisJvm());
        } catch (MillraceException e) {
            System.err.println(e.getMessage());
            System.exit(e.code().exitCode());
        }
    }

    private static void run(FaultTask task, LogPlace place) throws InterruptedException {
        AtomicLong total = new AtomicLong();
        StreamingContextBuilder builder = StreamingContext.builder("faults")
                .batchInterval(INTERVAL)
                .checkpoint(place.location())
                .listener(new StreamingListener() {
                    @Override
                    public void onBatchCommitted(BatchCommitted event) {
                        if (event.records() > 0) {
                            System.out.println(BATCH + event.records());
                        }
                    }
                });
        place.settings().forEach((key, value) -> builder.set("wal." + key, value));
        try (StreamingContext context = builder.build()) {
            DStream<Long> numbers = numbers(context, task);
            numbers.save("numbers", SinkTarget.textFiles(task.results() + "/numbers"));
            numbers.mapToPair(number -> Pair.of("all", 1L))
                    .runningReduce("count", Codecs.STRING, Codecs.LONG, Long::sum)
                    .foreachBatch("count", batch -> batch.forEach(count -> total.set(count.value())));
            context.start();
            while (task.until() == 0 || total.get() < task.until()) {
                if (context.awaitTermination(Duration.ofMillis(20))) {
                    return;
                }
            }
            if (context.stopGracefully(DEADLINE)) {
                System.out.println(TOTAL + total.get());
            }
        }
    }

    private static DStream<Long> numbers(StreamingContext context, FaultTask task) {
        return switch (task.receiver()) {
            case PUSH -> context.receive(NumbersProvider.numbers(GAP).source(Long::valueOf));
            case KAFKA_RELIABLE ->
                context.receive(KafkaReliable.topics(task.topic())
                                .bootstrapServers(task.bootstrapServers())
                                .startEarliest()
                                .values(StringDeserializer::new))
                        .map(Long::valueOf);
            case KAFKA_DIRECT ->
                context.receive(KafkaDirect.topics(task.topic())
                                .bootstrapServers(task.bootstrapServers())
                                .startEarliest()
                                .values(StringDeserializer::new))
                        .map(Long::valueOf);
        };
    }
}
