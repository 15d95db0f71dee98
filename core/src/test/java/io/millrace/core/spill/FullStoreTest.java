// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.core.encryption.KeyFile;
import io.millrace.core.engine.Topic;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.state.StateStore;
import io.millrace.spi.state.StateStoreProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program whose state store fails stops with an error that says why, and goes on exactly at its next start. */
@Timeout(120)
class FullStoreTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int KEYS = 400;

    @TempDir
    private Path directory;

    private final Map<String, Long> totals = new ConcurrentHashMap<>();

    private StreamingContext counting(String topic, HeapStateStore store, Map<String, String> settings) {
        StreamingContextBuilder builder = StreamingContext.builder("full")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(directory.resolve("checkpoint"))
                .provider(new OneStore(store))
                .set("state.store", "one-store")
                .set("state.memory", "4KiB")
                .set("scheduler.task.retry-backoff", "0ms");
        settings.forEach(builder::set);
        StreamingContext context = builder.build();
        context.receive("lines", "topic-direct", Map.of("topic", topic))
                .mapToPair(record -> Pair.of(record.valueUtf8(), 1L))
                .reduceByKey(Long::sum)
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("totals", batch -> batch.forEach(pair -> totals.put(pair.key(), pair.value())));
        return context;
    }

    private static void addAll(Topic topic) {
        for (int key = 0; key < KEYS; key++) {
            topic.add(0, "key " + key);
        }
    }

    private void countTo(long expected) {
        await().atMost(SOON)
                .until(() -> totals.size() == KEYS && totals.values().stream().allMatch(total -> total == expected));
    }

    @Test
    void stopsAndGoesOn() {
        Topic topic = Topic.create("full-store", 1);
        addAll(topic);
        HeapStateStore first = new HeapStateStore(Long.MAX_VALUE);
        try (StreamingContext context = counting("full-store", first, Map.of())) {
            context.start();
            countTo(1);
            first.fill();
            addAll(topic);
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .hasMessageContaining("the heap's disk is full")
                    .hasMessageContaining("it is run again, with the same records, by the next start");
        }
        assertThat(first.closed()).isTrue();
        try (StreamingContext context = counting("full-store", new HeapStateStore(Long.MAX_VALUE), Map.of())) {
            context.start();
            countTo(2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
    }

    @Test
    void aProgramThatEncryptsItsLogsEncryptsWhatItSpills() {
        Topic topic = Topic.create("sealed-store", 1);
        addAll(topic);
        HeapStateStore store = new HeapStateStore(Long.MAX_VALUE);
        KeyFile keys = new KeyFile(directory.resolve("keys"), "k1");
        try (StreamingContext context = counting("sealed-store", store, keys.settings())) {
            context.start();
            countTo(1);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        List<byte[]> all = store.everything();
        assertThat(all).hasSizeGreaterThan(KEYS);
        assertThat(all).noneMatch(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains("key 1"));
    }

    /** Gives one store. */
    private static final class OneStore implements StateStoreProvider {
        private final StateStore store;

        OneStore(StateStore store) {
            this.store = store;
        }

        @Override
        public String name() {
            return "one-store";
        }

        @Override
        public ConfigSpec config() {
            return new ConfigSpec(List.of(), List.of());
        }

        @Override
        public StateStore open(PluginContext context) {
            return store;
        }
    }
}
