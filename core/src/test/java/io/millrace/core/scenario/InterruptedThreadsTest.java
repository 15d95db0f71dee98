// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.api.source.Source;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the program's code and a plugin's leave behind in a thread of the engine harms nobody. */
@Timeout(120)
class InterruptedThreadsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final Set<Long> seen = ConcurrentHashMap.newKeySet();
    private final Set<ClassLoader> loaders = ConcurrentHashMap.newKeySet();

    private StreamingContext context() {
        return StreamingContext.builder("interrupted")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .set("scheduler.task.max-failures", "1")
                .checkpoint(directory)
                .build();
    }

    private static void spoil() {
        Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[0], null));
        Thread.currentThread().interrupt();
    }

    private void see(long number) {
        seen.add(number);
    }

    private void runsOnAndStops(StreamingContext context) throws InterruptedException {
        context.start();
        await().atMost(SOON).until(() -> seen.size() > 300 || context.awaitTermination(Duration.ZERO));
        assertThat(context.stopGracefully(SOON)).isTrue();
        assertThat(loaders).containsExactly(Thread.currentThread().getContextClassLoader());
    }

    @Test
    void anOutputThatLeavesItsThreadInterrupted() throws Exception {
        try (StreamingContext context = context()) {
            DStream<Long> numbers =
                    context.receive(Numbers.every(Duration.ofMillis(1)).source());
            numbers.foreachBatch("spoils", batch -> spoil());
            numbers.foreachBatch("sees", batch -> {
                loaders.add(Thread.currentThread().getContextClassLoader());
                batch.forEach(this::see);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            });
            runsOnAndStops(context);
        }
    }

    @Test
    void aListenerThatLeavesItsThreadInterrupted() throws Exception {
        try (StreamingContext context = context()) {
            context.addListener(new StreamingListener() {
                @Override
                public void onEvent(StreamingEvent event) {
                    loaders.add(Thread.currentThread().getContextClassLoader());
                    spoil();
                }
            });
            context.receive(Numbers.every(Duration.ofMillis(1)).source())
                    .foreachBatch("sees", batch -> batch.forEach(this::see));
            runsOnAndStops(context);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"map", "transform", "state", "filter"})
    void aFunctionOfATask(String where) throws Exception {
        try (StreamingContext context = context()) {
            DStream<Long> numbers = context.receive(source(""));
            DStream<Long> spoiled = switch (where) {
                case "map" -> numbers.map(number -> spoiled(number));
                case "filter" -> numbers.filter(number -> spoiled(number) >= 0);
                case "transform" ->
                    numbers.transform((time, batch) -> {
                        spoil();
                        return batch.collect();
                    });
                default ->
                    numbers.mapToPair(number -> Pair.of(number, number))
                            .runningReduce("state", Codecs.LONG, Codecs.LONG, (a, b) -> spoiled(a + b))
                            .map(Pair::key);
            };
            spoiled.foreachBatch("sees", batch -> {
                loaders.add(Thread.currentThread().getContextClassLoader());
                batch.forEach(this::see);
            });
            runsOnAndStops(context);
        }
    }

    private static long spoiled(long number) {
        spoil();
        return number;
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"start", "remains", "gaps", "available", "beginning", "plan", "committed", "gone"})
    void aSourceThatLeavesItsThreadInterrupted(String call) throws Exception {
        for (int run = 0; run < 2; run++) {
            seen.clear();
            try (StreamingContext context = context()) {
                context.receive(source(call)).foreachBatch("sees", batch -> {
                    loaders.add(Thread.currentThread().getContextClassLoader());
                    batch.forEach(this::see);
                });
                runsOnAndStops(context);
            }
        }
    }

    private static Source<Long> source(String spoiling) {
        return new Source<>(
                "numbers", "numbers", Map.of(), () -> record -> record.offset(), new CountingProvider(spoiling));
    }

    private record CountingProvider(String spoiling) implements DirectSourceProvider {
        @Override
        public String name() {
            return "numbers";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public DirectSource open(PluginContext context) {
            return new Counting(spoiling);
        }
    }

    /** Numbers that are their offsets; a call of that name leaves its thread spoiled, and no other may find it so. */
    private record Counting(String spoiling) implements DirectSource {
        private <T> T called(String name, T answer) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException(name + " is called on an interrupted thread");
            }
            if (name.equals(spoiling)) {
                spoil();
            }
            return answer;
        }

        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return called("start", Map.of("0", Position.of(0)));
        }

        @Override
        public Remains remains(List<OffsetRange> planned) {
            return called("remains", Remains.all(planned));
        }

        @Override
        public List<OffsetRange> gaps(Map<String, Position> known) {
            return called("gaps", List.of());
        }

        @Override
        public Map<String, Position> available() {
            return called("available", Map.of("0", Position.of(Long.MAX_VALUE)));
        }

        @Override
        public Position beginning(String partition) {
            return called("beginning", Position.of(0));
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> from, long limit) {
            Position begin = from.getOrDefault("0", Position.of(0));
            return called("plan", List.of(new OffsetRange("0", begin, Position.of(begin.number() + 50), 50)));
        }

        @Override
        public void committed(Map<String, Position> positions) {
            called("committed", positions);
        }

        @Override
        public Set<String> gone(Map<String, Position> known) {
            return called("gone", Set.of());
        }

        @Override
        public RangeReader reader() {
            return new Reader();
        }

        @Override
        public void close() {}
    }

    /** Gives records one at a time, and is broken by an interrupt for ever, as a channel is. */
    private static final class Reader implements RangeReader {
        private long next;
        private long end;

        @Override
        public void open(OffsetRange range) {
            next = range.from().number();
            end = range.until().number();
        }

        @Override
        public @Nullable Chunk fetch() {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("closed by interrupt");
            }
            if (next == end) {
                return null;
            }
            long offset = next++;
            return consumer -> {
                consumer.accept(new OffsetView(offset));
                return 1;
            };
        }

        @Override
        public void close() {}
    }

    private record OffsetView(long offset) implements RecordView {
        @Override
        public Slice key() {
            return new Slice(new byte[0]);
        }

        @Override
        public Slice value() {
            return new Slice(new byte[0]);
        }

        @Override
        public long timestamp() {
            return -1;
        }

        @Override
        public String partition() {
            return "0";
        }

        @Override
        public int headers() {
            return 0;
        }

        @Override
        public String headerName(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public Slice headerValue(int index) {
            throw new IndexOutOfBoundsException(index);
        }
    }
}
