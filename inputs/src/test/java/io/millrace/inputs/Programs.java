// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.source.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A program of one input that writes down what each batch held, by batch time: as an output that overwrites, so that a
 * batch that is run again is there once.
 */
final class Programs<T> {
    static final Duration DEADLINE = Duration.ofSeconds(20);

    final Map<Long, List<T>> batches = new ConcurrentHashMap<>();
    private final Path checkpoint;

    Programs(Path checkpoint) {
        this.checkpoint = checkpoint;
    }

    StreamingContext start(Source<T> source) {
        return start(source, builder -> builder);
    }

    StreamingContext start(Source<T> source, UnaryOperator<StreamingContextBuilder> more) {
        StreamingContext context = more.apply(StreamingContext.builder("inputs-test")
                        .batchInterval(Duration.ofMillis(30))
                        .set("block.interval", "5ms")
                        .checkpoint(checkpoint))
                .build();
        context.receive(source)
                .foreachBatch(
                        "out",
                        batch -> batches.put(batch.id().batchTime().toEpochMilli(), new ArrayList<>(batch.collect())));
        context.start();
        return context;
    }

    /** Everything so far, in order of batches. */
    List<T> elements() {
        List<T> all = new ArrayList<>();
        new TreeMap<>(batches).values().forEach(all::addAll);
        return all;
    }

    void awaitElements(int number) {
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(elements()).hasSizeGreaterThanOrEqualTo(number));
    }
}
