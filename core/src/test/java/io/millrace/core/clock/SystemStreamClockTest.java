// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamClock.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemStreamClockTest {
    private volatile Thread thread;
    private final SystemStreamClock clock = new SystemStreamClock(task -> {
        thread = new Thread(task, "clock");
        return thread;
    });

    @AfterEach
    void close() {
        clock.close();
    }

    @Test
    void it_tells_the_time_of_the_host() {
        assertThat(clock.millis()).isCloseTo(System.currentTimeMillis(), within(1_000L));
        assertThat(clock.nanos()).isCloseTo(System.nanoTime(), within(1_000_000_000L));
    }

    @Test
    void a_task_never_runs_too_early_and_on_the_clocks_daemon_thread() throws Exception {
        long begin = System.nanoTime();
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        clock.schedule(Duration.ofMillis(20), () -> ran.complete(Thread.currentThread()));
        assertThat(ran.get(30, TimeUnit.SECONDS)).isSameAs(thread);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void tasks_run_in_the_order_in_which_they_fall_due() {
        List<String> ran = new CopyOnWriteArrayList<>();
        clock.schedule(Duration.ofMillis(60), () -> ran.add("third"));
        clock.schedule(Duration.ofMillis(30), () -> ran.add("second"));
        clock.schedule(Duration.ZERO, () -> ran.add("first"));
        await().until(() -> ran.size() == 3);
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void a_task_that_was_cancelled_does_not_run() {
        List<String> ran = new CopyOnWriteArrayList<>();
        Cancellable cancelled = clock.schedule(Duration.ofMillis(20), () -> ran.add("cancelled"));
        clock.schedule(Duration.ofMillis(30), () -> ran.add("other"));
        cancelled.cancel();
        cancelled.cancel();
        await().until(() -> !ran.isEmpty());
        assertThat(ran).containsExactly("other");
    }

    @Test
    void a_task_that_throws_stops_no_other() {
        List<String> ran = new CopyOnWriteArrayList<>();
        clock.schedule(Duration.ZERO, () -> {
            throw new IllegalStateException("on purpose");
        });
        clock.schedule(Duration.ofMillis(1), () -> ran.add("next"));
        await().until(() -> !ran.isEmpty());
    }

    @Test
    void a_delay_without_end_is_taken() {
        clock.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> {}).cancel();
    }

    @Test
    void after_close_nothing_runs() {
        List<String> ran = new CopyOnWriteArrayList<>();
        clock.schedule(Duration.ofMillis(20), () -> ran.add("before"));
        clock.close();
        clock.schedule(Duration.ZERO, () -> ran.add("after")).cancel();
        await().until(() -> !thread.isAlive());
        assertThat(ran).isEmpty();
    }
}
