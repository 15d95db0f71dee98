// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ContextState;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.wal.ForwardingWalStore;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that is asked to stop while its start reads logs that answer slowly, or not at all. */
@Timeout(120)
class StopDuringRecoveryTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final SlowStore store = new SlowStore();
    private final CompletableFuture<String> startEnded = new CompletableFuture<>();

    private StreamingContext context() {
        StreamingContext context = StreamingContext.builder("words")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(URI.create("slow:logs"))
                .provider(store)
                .build();
        context.receive("lines", "topic-direct", Map.of("topic", "stop-during-recovery"))
                .mapToPair(record -> Pair.of(record.valueUtf8(), 1L))
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("totals", batch -> batch.forEach(pair -> {}));
        return context;
    }

    private void runOnce() throws InterruptedException {
        Topic topic = Topic.create("stop-during-recovery", 1);
        topic.add(0, "a");
        try (StreamingContext first = context()) {
            first.start();
            assertThat(first.stopGracefully(SOON)).isTrue();
        }
    }

    private void startInBackground(StreamingContext context) throws InterruptedException {
        Thread starting = new Thread(() -> {
            try {
                context.start();
                startEnded.complete("started");
            } catch (MillraceException e) {
                startEnded.complete(e.getMessage());
            }
        });
        starting.start();
        assertThat(store.reading.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Were the stop to wait for the start, it would never return: the store answers only after it. */
    @Test
    void theStopReturnsThoughTheStartWaitsForItsStore() throws InterruptedException, ExecutionException {
        runOnce();
        store.hold();
        StreamingContext second = context();
        startInBackground(second);
        assertThat(second.stopGracefully(Duration.ofMillis(50))).isFalse();
        assertThat(startEnded).isNotDone();
        store.goOn.countDown();
        assertThat(startEnded.get()).contains("stopped before it had started");
        assertThat(second.awaitTermination(SOON)).isTrue();
        assertThat(second.state()).isEqualTo(ContextState.STOPPED);
    }

    /** A store in memory whose reads wait, once they are held. */
    private static final class SlowStore implements WalStoreProvider {
        private final Memory memory = new Memory();
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile boolean held;

        void hold() {
            held = true;
        }

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public WalStore open(URI location, PluginContext context) {
            return new ForwardingWalStore(new InMemoryWalStore(memory)) {
                @Override
                public WalReader reader(String log) {
                    if (held) {
                        reading.countDown();
                        awaitUninterruptibly(goOn);
                    }
                    return super.reader(log);
                }
            };
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            boolean interrupted = false;
            while (true) {
                try {
                    latch.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
