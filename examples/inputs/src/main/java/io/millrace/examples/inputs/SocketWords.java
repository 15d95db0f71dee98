// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.inputs;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.inputs.SocketInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Counts the words that a server sends, such as {@code nc -lk 9999}. */
public final class SocketWords {
    private SocketWords() {}

    public static void main(String[] args) throws InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 9999;
        try (StreamingContext ssc = StreamingContext.builder("socket-words")
                .batchInterval(Duration.ofSeconds(1))
                .checkpoint(Path.of("socket-words-checkpoint"))
                .build()) {
            count(ssc.receive(SocketInput.connect("localhost", port).lines())).print();
            ssc.start();
            ssc.awaitTermination();
        }
    }

    static PairDStream<String, Long> count(DStream<String> lines) {
        return lines.flatMap(line -> List.of(line.split(" ")))
                .filter(word -> !word.isEmpty())
                .mapToPair(word -> Pair.of(word, 1L))
                .runningReduce("counts", Codecs.STRING, Codecs.LONG, Long::sum);
    }
}
