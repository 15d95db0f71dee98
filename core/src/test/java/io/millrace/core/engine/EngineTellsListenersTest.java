// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.listener.GivenListeners;
import io.millrace.testkit.listener.CheckedListener;
import io.millrace.testkit.stream.StreamHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine owes to listeners, by the clauses of {@code docs/spec/listener.md}. */
class EngineTellsListenersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void L20_L21_L22_L25_aProgramBesideAListenerThatThrows() {
        CheckedListener checked = new CheckedListener();
        StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", List.of(1), List.of(2), List.of(3), List.of(4), List.of(5))
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        throw new IllegalStateException("this listener throws at everything");
                    }
                })
                .listener(checked)
                .run();
        assertThat(checked.breaches()).isEmpty();
        assertThat(checked.isStopped()).isTrue();
        assertThat(checked.events()).isGreaterThan(30);
    }

    @Test
    void L23_L25_aListenerOfAPluginIsClosedOnceAfterItsLastCallBesideOneThatHangs(@TempDir Path checkpoint) {
        CheckedListener checked = new CheckedListener();
        CountDownLatch released = new CountDownLatch(1);
        Topic topic = Topic.create("listened", 1);
        try (StreamingContext context = StreamingContext.builder("listened")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(checkpoint)
                .provider(new GivenListeners("checked", () -> checked))
                .provider(new GivenListeners("hanging", () -> hanging(released)))
                .build()) {
            context.receive("topic-direct", Map.of("topic", "listened"))
                    .map(record -> record.valueUtf8())
                    .foreachBatch("out", batch -> {});
            context.start();
            topic.add(0, "a");
            await().atMost(PATIENCE).until(() -> checked.events() > 20);
            released.countDown();
            context.stopGracefully(PATIENCE);
        } finally {
            released.countDown();
        }
        assertThat(checked.breaches()).isEmpty();
        assertThat(checked.isStopped()).isTrue();
        assertThat(checked.isClosed()).isTrue();
    }

    private static StreamingListener hanging(CountDownLatch released) {
        return new StreamingListener() {
            @Override
            public void onEvent(StreamingEvent event) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
