// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.api.StreamClock;
import io.millrace.core.call.OwnThreads;
import io.millrace.spi.plugin.ConfigSpec;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EnginePluginContextTest {
    private final URLClassLoader loader = new URLClassLoader(new URL[0], null);
    private final HandClock clock = new HandClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<@Nullable Throwable> death = new AtomicReference<>();
    private final EnginePluginContext context = new EnginePluginContext(
            "word-count",
            "lines",
            ConfigSpec.of().parse("receiver 'lines'", Map.of()),
            loader,
            clock,
            registry,
            new OwnThreads(),
            death::set);

    @AfterEach
    void close() {
        context.close(Duration.ZERO);
    }

    @Test
    void makesNamedDaemonsUnderThePluginsClassLoader() throws InterruptedException {
        AtomicReference<@Nullable ClassLoader> seen = new AtomicReference<>();
        Thread thread = context.threads()
                .newThread(() -> seen.set(Thread.currentThread().getContextClassLoader()));
        thread.start();
        thread.join();

        assertThat(thread.getName()).isEqualTo("millrace-word-count-lines-1");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(seen).hasValue(loader);
        assertThat(context.threads().newThread(() -> {}).getName()).isEqualTo("millrace-word-count-lines-2");
    }

    @Test
    void tellsWhatEndedAThread() throws InterruptedException {
        AssertionError error = new AssertionError("on purpose");
        Thread thread = context.threads().newThread(() -> {
            throw error;
        });
        thread.start();
        thread.join();

        assertThat(death).hasValue(error);
    }

    @Test
    void waitsForItsThreadsWhenItIsClosed() {
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch closing = new CountDownLatch(1);
        context.threads()
                .newThread(() -> {
                    awaitUninterruptibly(closing);
                    done.set(true);
                })
                .start();

        closing.countDown();
        context.close(Duration.ofSeconds(30));

        assertThat(done).isTrue();
    }

    @Test
    void interruptsThreadsThatDoNotEndInTime() throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = context.threads().newThread(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        thread.start();

        context.close(Duration.ofMillis(10));

        thread.join();
        assertThat(interrupted).isTrue();
    }

    @Test
    void startsNothingAfterItIsClosed() {
        context.close(Duration.ZERO);

        assertThatThrownBy(() -> context.threads().newThread(() -> {})).hasMessageContaining("is closed");
        assertThatThrownBy(() -> context.clock().schedule(Duration.ZERO, () -> {}))
                .hasMessageContaining("lines is closed");
        clock.runAll();
    }

    @Test
    void runsTimersUnderThePluginsClassLoader() {
        AtomicReference<@Nullable ClassLoader> seen = new AtomicReference<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        context.clock()
                .schedule(
                        Duration.ofSeconds(1),
                        () -> seen.set(Thread.currentThread().getContextClassLoader()));

        clock.runAll();

        assertThat(seen).hasValue(loader);
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void aTimerThatThrowsDoesNotHurtTheClock() {
        AtomicBoolean ran = new AtomicBoolean();
        context.clock().schedule(Duration.ZERO, () -> {
            throw new IllegalStateException("meant by the test");
        });
        context.clock().schedule(Duration.ZERO, () -> ran.set(true));

        clock.runAll();

        assertThat(ran).isTrue();
    }

    @Test
    void cancelsTimersWhenItIsClosed() {
        AtomicBoolean ran = new AtomicBoolean();
        context.clock().schedule(Duration.ofSeconds(1), () -> ran.set(true));

        context.close(Duration.ZERO);
        clock.runAll();

        assertThat(ran).isFalse();
        assertThat(clock.cancelled).isEqualTo(1);
    }

    @Test
    void cancelsATimer() {
        AtomicBoolean ran = new AtomicBoolean();
        context.clock().schedule(Duration.ofSeconds(1), () -> ran.set(true)).cancel();

        clock.runAll();

        assertThat(ran).isFalse();
    }

    @Test
    void wrapsAnyInterfaceForADriver() throws Exception {
        @SuppressWarnings("unchecked")
        Callable<@Nullable ClassLoader> safe = context.classLoaderSafe(
                Callable.class, () -> Thread.currentThread().getContextClassLoader());

        assertThat(safe.call()).isSameAs(loader);
        assertThat(Set.of(safe)).contains(safe).doesNotContain(() -> null);
    }

    @Test
    void theWrapperThrowsWhatTheTargetThrows() {
        Runnable safe = context.classLoaderSafe(Runnable.class, () -> {
            throw new IllegalStateException("meant by the test");
        });

        assertThatThrownBy(safe::run).isInstanceOf(IllegalStateException.class).hasMessage("meant by the test");
    }

    @Test
    void refusesToWrapWhatTheEngineCannotCall() {
        assertThatThrownBy(() -> context.classLoaderSafe(String.class, "")).hasMessageContaining("not an interface");
    }

    @Test
    void forgetsGaugesWhenItIsClosed() {
        List<String> queue = List.of("a", "b");
        context.metrics().gauge("millrace.queue", queue, List::size);
        assertThat(registry.get("millrace.queue")
                        .tag("program", "word-count")
                        .tag("instance", "lines")
                        .gauge()
                        .value())
                .isEqualTo(2);

        context.close(Duration.ZERO);

        assertThat(registry.find("millrace.queue").gauge()).isNull();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs what was scheduled when it is told to. */
    private static final class HandClock implements StreamClock {
        private final List<Runnable> scheduled = new ArrayList<>();
        private int cancelled;

        @Override
        public long millis() {
            return 0;
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            scheduled.add(task);
            return () -> cancelled++;
        }

        /** Even what was cancelled: a real clock may have begun to run it. */
        void runAll() {
            scheduled.forEach(Runnable::run);
        }
    }
}
