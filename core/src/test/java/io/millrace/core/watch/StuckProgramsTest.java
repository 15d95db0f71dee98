// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.engine.HeldStoreProvider;
import io.millrace.core.engine.Topic;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever part of a running program hangs, somebody is told which one. */
@Timeout(60)
class StuckProgramsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000));
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<ConditionChanged> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void letGo() {
        go.countDown();
    }

    @Test
    void anOutput() {
        Topic.create("stuck-output", 1);
        try (StreamingContext context = builder().build()) {
            context.receive("topic-direct", Map.of("topic", "stuck-output"))
                    .map(view -> view.valueUtf8())
                    .foreachBatch("target", batch -> hang());
            context.start();
            stuck("output 'target' of batch 1970-01-01T00:16:4", "StuckProgramsTest.hang");
            goesOn("output 'target' of batch 1970-01-01T00:16:4");
        }
    }

    @Test
    void aTask() {
        Topic topic = Topic.create("stuck-task", 2);
        topic.add(1, "hang");
        topic.add(0, "go");
        try (StreamingContext context = builder().build()) {
            context.receive("topic-direct", Map.of("topic", "stuck-task"))
                    .map(view -> view.valueUtf8())
                    .filter(word -> word.equals("go") || hang())
                    .print(0);
            context.start();
            ConditionChanged condition = stuck("stage '", "StuckProgramsTest.hang");
            assertThat(condition.subject()).contains("partition ").contains("batch 1970-01-01T00:16:");
            goesOn("stage '");
        }
    }

    @Test
    void aListener() {
        Topic.create("stuck-listener", 1);
        try (StreamingContext context = builder().listener(new Hanging()).build()) {
            context.receive("topic-direct", Map.of("topic", "stuck-listener"))
                    .map(view -> view.valueUtf8())
                    .print(0);
            context.start();
            stuck("StuckProgramsTest$Hanging, which is told BatchCommitted", "StuckProgramsTest.hang");
            goesOn("StuckProgramsTest$Hanging");
        }
    }

    @Test
    void aReceiverThatWasGivenUp() {
        try (StreamingContext context =
                builder().provider(new HangingReceiverProvider()).build()) {
            context.receive("hanging", Map.of()).map(view -> view.valueUtf8()).print(0);
            context.start();
            stuck("receiver 1 of 'hanging', given up, which was told to start", "StuckProgramsTest.hang");
            goesOn("receiver 1 of '");
        }
    }

    @Test
    void aLogAndAGracefulStop() throws Exception {
        HeldStoreProvider store = new HeldStoreProvider("ledger", 1);
        Topic.create("stuck-log", 1);
        try (StreamingContext context =
                builder().provider(store).checkpoint(HeldStoreProvider.LOCATION).build()) {
            context.receive("topic-direct", Map.of("topic", "stuck-log"))
                    .map(view -> view.valueUtf8())
                    .print(0);
            context.start();
            store.hold();
            Thread stopping = new Thread(() -> context.stopGracefully(Duration.ofDays(1)));
            stuck("log 'ledger', which makes appends durable", "bytes wait for its store");
            store.release();
            goesOn("log 'ledger'");
            store.hold();
            stopping.start();
            try {
                stuck("stopping gracefully, which waits for ", "Engine.stopGracefully");
            } finally {
                store.release();
            }
            stopping.join();
        }
    }

    private StreamingContextBuilder builder() {
        return StreamingContext.builder("stuck")
                .batchInterval(SECOND)
                .clock(clock)
                .set("watchdog.stuck-after", "40s")
                .listener(new Watch());
    }

    private boolean hang() {
        boolean interrupted = false;
        while (true) {
            try {
                go.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // whoever hangs does not listen
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private ConditionChanged stuck(String subject, String message) {
        return await().atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> moved(subject, message), Optional::isPresent)
                .orElseThrow();
    }

    /** What was told, after another second. */
    private Optional<ConditionChanged> moved(String subject, String message) {
        clock.advance(SECOND);
        return told.stream()
                .filter(condition -> condition.holds()
                        && condition.condition().equals(Conditions.STUCK)
                        && condition.subject().contains(subject)
                        && condition.message().contains(message))
                .findFirst();
    }

    private void goesOn(String subject) {
        go.countDown();
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(10)).until(() -> {
            clock.advance(SECOND);
            return told.stream()
                    .anyMatch(condition ->
                            !condition.holds() && condition.subject().contains(subject));
        });
    }

    private final class Watch implements StreamingListener {
        @Override
        public void onConditionChanged(ConditionChanged event) {
            told.add(event);
        }
    }

    private final class Hanging implements StreamingListener {
        @Override
        public void onBatchCommitted(BatchCommitted event) {
            hang();
        }
    }

    private final class HangingReceiverProvider implements ReceiverProvider {
        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.NONE;
        }

        @Override
        public Receiver create(PluginContext context) {
            return new HangingReceiver();
        }
    }

    private final class HangingReceiver implements Receiver {
        @Override
        public void start(ReceiverContext context) {
            hang();
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void durable(DurableMark mark) {}

        @Override
        public void stop(Duration deadline) {}
    }
}
