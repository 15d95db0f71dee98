// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.StreamingStarted;
import io.millrace.api.listener.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stops that are asked for twice, by somebody who is interrupted, or in the midst of a start. */
@Timeout(60)
class StopsAtOddMomentsTest {
    private static final AtomicInteger TOPICS = new AtomicInteger();
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final int number = TOPICS.incrementAndGet();
    private final String id = "odd-" + number;
    private final Topic topic = Topic.create(id, 1);
    private final SharedTables tables = new SharedTables();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private StreamingContext program() {
        StreamingContext context = StreamingContext.builder(id)
                .batchInterval(Duration.ofMillis(10))
                .checkpoint(directory.resolve("checkpoint"))
                .build();
        context.receive("lines", "topic-direct", Map.of("topic", id))
                .map(record -> record.valueUtf8())
                .save("out", OutputPolicy.stop(), tables.target());
        return context;
    }

    private void wait(CountDownLatch until) throws InterruptedException {
        reached.countDown();
        until.await();
    }

    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("millrace-" + id + "-"))
                .toList();
    }

    private void leavesNothing() {
        await().atMost(Duration.ofSeconds(3)).until(() -> threads().isEmpty());
        tables.atClaim = () -> {};
        try (StreamingContext context = program()) {
            context.start();
            assertThat(context.stopGracefully(LONG)).isTrue();
        }
    }

    @Test
    void aStopWithASavepointDuringAnotherStopDoesNotSayThatItWroteOne() throws Exception {
        tables.atCommit = () -> wait(goOn);
        Path savepoint = directory.resolve("savepoint");
        try (StreamingContext context = program()) {
            context.start();
            topic.add(0, "1");
            reached.await();
            CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> context.stopGracefully(LONG));
            TimeUnit.MILLISECONDS.sleep(200); // the first is under way
            CompletableFuture<Boolean> second =
                    CompletableFuture.supplyAsync(() -> context.stopWithSavepoint(savepoint, LONG));
            TimeUnit.MILLISECONDS.sleep(200);
            goOn.countDown();
            assertThat(first.get()).isTrue();
            assertThat(second.get()).isFalse();
            assertThat(savepoint).doesNotExist();
        }
    }

    @Test
    void aStartThatIsInterruptedLeavesNothing() throws Exception {
        tables.atClaim = () -> wait(goOn);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        StreamingContext context = program();
        Thread starting = new Thread(() -> {
            try {
                context.start();
            } catch (MillraceException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        starting.start();
        reached.await();
        starting.interrupt();
        starting.join();
        assertThat(thrown.get()).isInstanceOf(MillraceException.class).hasMessageContaining("interrupted");
        assertThat(flag).hasValue(true);
        assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        leavesNothing();
    }

    @Test
    void closingOnAThreadThatIsInterruptedWaitsAllTheSame() throws Exception {
        StreamingContext context = program();
        context.start();
        Thread.currentThread().interrupt();
        context.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        leavesNothing();
    }

    @Test
    void aPluginThatStopsTheProgramWhileItIsOpenedIsNotWaitedFor() {
        StreamingContext context = program();
        tables.atOpen = () -> {
            long before = System.nanoTime();
            context.stopGracefully(LONG);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        };
        assertThatThrownBy(context::start).hasMessageContaining("was stopped before it had started");
        tables.atOpen = () -> {};
        leavesNothing();
    }

    @Test
    void aListenerThatStopsTwiceDuringTheStartLeavesNothing() throws Exception {
        StreamingContext context = program();
        context.addListener(new StreamingListener() {
            @Override
            public void onStreamingStarted(StreamingStarted event) {
                context.stop();
                context.close();
                context.stopGracefully(LONG);
            }
        });
        context.start();
        assertThat(context.awaitTermination(LONG)).isTrue();
        leavesNothing();
    }
}
