// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.source.Source;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Whether a receiver's blocks are kept in memory beside the log is up to the input. */
class LogOnlyInputTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Test
    void anInputWithoutCopiesInMemoryIsReadFromTheLog() {
        assertThat(readsOfTheLog(source("log-only").logOnly())).isPositive();
    }

    @Test
    void anInputWithCopiesIsNot() {
        assertThat(readsOfTheLog(source("in-memory"))).isZero();
    }

    private static Source<String> source(String topic) {
        return new Source<>(null, "topic-receiver", Map.of("topic", topic), () -> view -> view.valueUtf8());
    }

    private static long readsOfTheLog(Source<String> source) {
        CountingStoreProvider store = new CountingStoreProvider();
        Topic topic = Topic.create(source.settings().get("topic"), 1);
        List<String> seen = new CopyOnWriteArrayList<>();
        try (StreamingContext context = StreamingContext.builder("log-only")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .provider(store)
                .checkpoint(URI.create("counting:logs"))
                .build()) {
            context.receive(source).foreachBatch("out", batch -> seen.addAll(batch.collect()));
            context.start();
            for (int i = 0; i < 100; i++) {
                topic.add(0, "record " + i);
            }
            await().atMost(DEADLINE).until(() -> seen.size() == 100);
            context.stopGracefully(DEADLINE);
        }
        return store.reads();
    }
}
