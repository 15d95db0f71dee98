// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.DStream;
import io.millrace.api.LongAccumulator;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.state.States;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody changes does not keep the state log from being freed, whoever has written it. */
@Timeout(120)
class StateReachTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int KEYS = 1_000;
    private static final int ROUNDS = 40;
    private static final long LIMIT = 64 << 10;
    private static final int SEGMENT = 8 << 10;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000));
    private Topic topic = Topic.create("reach", 1);
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final Map<String, Long> rare = new ConcurrentHashMap<>();
    private Segments store = new Segments();

    @Test
    void statesThatRarelyChangeAreWrittenAnewBeforeTheyKeepTooMuch() {
        run(false);
        long alone = store.written();
        store = new Segments();
        topic = Topic.create("reach", 1);
        records.set(0);
        run(true, "rare-1", "rare-1", "rare-2");
        assertBounded();
        assertThat(store.written()).isLessThan(2 * alone);
        run(true, "rare-2");
        assertBounded();
        assertThat(rare).isEqualTo(Map.of("rare-1", 2L, "rare-2", 2L, "all", 4L));
    }

    @Test
    void aStateThatTheProgramNoLongerDeclaresIsCopied() {
        run(true, "rare-1", "rare-1", "rare-2");
        rare.clear();
        for (int start = 0; start < 2; start++) {
            run(false);
            assertBounded();
        }
        run(true, "rare-2");
        assertThat(rare).isEqualTo(Map.of("rare-2", 2L, "all", 4L));
    }

    /** In this start much more was written than there was at any time. */
    private void assertBounded() {
        assertThat(longest.getAndSet(0)).isLessThan(3 * LIMIT);
        assertThat(store.written()).isGreaterThan(6 * LIMIT);
    }

    /** One start of the program, with a rare change or none at first, and then many of another state. */
    private void run(boolean whole, String... first) {
        try (StreamingContext context = program(whole)) {
            context.start();
            for (String word : first) {
                topic.add(0, word);
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int key = 0; key < KEYS; key++) {
                    topic.add(0, "busy-" + key);
                }
                await().atMost(DEADLINE).pollInterval(Duration.ofMillis(5)).until(() -> {
                    clock.advance(SECOND);
                    return records.get() == topic.end(0);
                });
            }
            assertThat(context.stopGracefully(DEADLINE)).isTrue();
        }
    }

    private StreamingContext program(boolean whole) {
        StreamingContext context = StreamingContext.builder("reaching")
                .batchInterval(SECOND)
                .clock(clock)
                .provider(store)
                .checkpoint(URI.create("segments:///logs"))
                .set("start.accept-lost-state", "true") // a state that comes back lacks what was read meanwhile
                .set("recovery.max-uncovered", LIMIT + "B")
                .set("scheduler.threads", "1")
                .listener(new StreamingListener() {
                    @Override
                    public void onBatchCommitted(BatchCommitted event) {
                        longest.accumulateAndGet(store.length(), Math::max);
                        records.addAndGet(event.records());
                    }
                })
                .build();
        DStream<String> words =
                context.receive("topic-direct", Map.of("topic", "reach")).map(view -> requireNonNull(view.valueUtf8()));
        counted(words.filter(word -> word.startsWith("busy")), "busy").foreachBatch("busy", counts -> {});
        if (whole) {
            LongAccumulator all = context.accumulator("all");
            DStream<String> rarely = words.filter(word -> word.startsWith("rare"))
                    .map(word -> {
                        all.add(1);
                        return word;
                    });
            counted(rarely, "rare").foreachBatch("rare", counts -> {
                counts.forEach(count -> rare.put(count.key(), count.value()));
                rare.put("all", all.value());
            });
        }
        return context;
    }

    private static PairDStream<String, Long> counted(DStream<String> words, String name) {
        return words.mapToPair(word -> Pair.of(word, 1L)).runningReduce(name, Codecs.STRING, Codecs.LONG, Long::sum);
    }

    /** Logs in memory, of short segments. */
    private static final class Segments implements WalStoreProvider {
        private final Memory memory = new Memory(SEGMENT);

        @Override
        public String name() {
            return "segments";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public WalStore open(URI location, PluginContext context) {
            return new InMemoryWalStore(memory);
        }

        long length() {
            return segments().stream().mapToLong(WalReader.Segment::length).sum();
        }

        /** How many bytes the last start wrote, but for what the last segment has. */
        long written() {
            List<WalReader.Segment> segments = segments();
            return SEGMENT
                    * WalPosition.sequenceOf(segments.get(segments.size() - 1).id());
        }

        private List<WalReader.Segment> segments() {
            try (InMemoryWalStore store = new InMemoryWalStore(memory);
                    WalReader reader = store.reader(States.LOG)) {
                return reader.segments();
            }
        }
    }
}
