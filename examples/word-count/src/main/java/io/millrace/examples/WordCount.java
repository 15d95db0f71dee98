// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples;

import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.receiver.kafka.reliable.KafkaReliable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Counts the words of a Kafka topic named {@code lines}; stop it however you like and start it again. */
public final class WordCount {
    private WordCount() {}

    public static void main(String[] args) throws InterruptedException {
        String servers = args.length > 0 ? args[0] : "localhost:9092";
        try (StreamingContext ssc = StreamingContext.builder("word-count")
                .batchInterval(Duration.ofMillis(200))
                .checkpoint(Path.of("word-count-checkpoint"))
                .build()) {
            ssc.receive(KafkaReliable.topics("lines").bootstrapServers(servers).values(StringDeserializer::new))
                    .flatMap(line -> List.of(line.split(" ")))
                    .mapToPair(word -> Pair.of(word, 1L))
                    .reduceByKey(Long::sum)
                    .runningReduce("counts", Codecs.STRING, Codecs.LONG, Long::sum)
                    .print();
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
