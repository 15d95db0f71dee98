// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FailureStopTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final CountDownLatch halted = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ThreadFactory factory = task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    };

    @Test
    void afterAnErrorTheStopIsCalledOnAnotherThread() throws Exception {
        AtomicReference<@Nullable Thread> on = new AtomicReference<>();
        AtomicReference<@Nullable FailureStop> itself = new AtomicReference<>();
        FailureStop stop = FailureStop.install(
                factory,
                () -> {
                    itself.get().begun();
                    on.set(Thread.currentThread());
                    stopped.countDown();
                },
                halted::countDown,
                LONG,
                LONG);
        itself.set(stop);
        assertThat(threads).hasSize(2);
        stop.failed(new IllegalStateException("an error"));
        stopped.await();
        assertThat(on.get()).isNotSameAs(Thread.currentThread()).isIn(threads);
        stop.close();
        awaitEnd();
    }

    @Test
    void aStopThatDoesNotBeginEndsTheJvm() throws Exception {
        FailureStop stop = FailureStop.install(factory, () -> {}, halted::countDown, SHORT, LONG);
        stop.failed(new IllegalStateException("an error"));
        halted.await();
        awaitEnd();
    }

    @Test
    void aStopForWhichThereIsNoThreadIsTriedAgain() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        FailureStop stop = FailureStop.install(
                task -> new Thread(task) {
                    {
                        setDaemon(true);
                        threads.add(this);
                    }

                    @Override
                    public synchronized void start() {
                        if (this == threads.get(0) && full.getAndSet(false)) {
                            throw new OutOfMemoryError("no room for a thread");
                        }
                        super.start();
                    }
                },
                stopped::countDown,
                halted::countDown,
                LONG,
                LONG);
        stop.failed(new OutOfMemoryError("no memory"));
        stopped.await();
        stop.close();
        awaitEnd();
    }

    @Test
    void aStopThatDoesNotEndAfterAnErrorOfTheJvmEndsTheJvm() throws Exception {
        FailureStop stop = FailureStop.install(factory, () -> {}, halted::countDown, LONG, SHORT);
        stop.begun();
        stop.failed(new OutOfMemoryError("no memory"));
        halted.await();
    }

    @Test
    void aProgramThatStopsByItselfLeavesNothing() {
        FailureStop stop = FailureStop.install(factory, stopped::countDown, halted::countDown, SHORT, SHORT);
        stop.close();
        awaitEnd();
        assertThat(halted.getCount()).isEqualTo(1);
        assertThat(stopped.getCount()).isEqualTo(1);
    }

    private void awaitEnd() {
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}
