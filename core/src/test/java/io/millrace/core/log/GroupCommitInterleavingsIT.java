// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The pieces of group commit that threads share without a lock of their own, and the whole, under a model checker that
 * goes through the orders in which their accesses to memory may happen, those inside of the platform's and JCTools'
 * classes included. A thread that waits for ever is a failure that shows who waits where. A parked thread may wake without a reason
 * there, so that a ring of the {@link Doorbell} that nobody hears does not show: that is for the simulation to find.
 */
@Tag("long")
@Timeout(3600)
class GroupCommitInterleavingsIT {
    private static final int ORDERS = Integer.getInteger("millrace.test.orders", 100);

    /** Who waits for an answer goes on when it was given, and not before. */
    @Test
    void theWatermarkLetsGoOfEveryWaiterInTime() {
        Lincheck.runConcurrentTest(ORDERS, () -> {
            Watermark watermark = new Watermark();
            AtomicInteger given = new AtomicInteger();
            Task first = run(() -> await(watermark, 1, given));
            Task second = run(() -> await(watermark, 3, given));
            for (int answers : new int[] {1, 2}) {
                given.addAndGet(answers);
                watermark.advance(answers);
            }
            join(first, second);
        });
    }

    private static void await(Watermark watermark, int target, AtomicInteger given) {
        try {
            watermark.await(target);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        check(given.get() >= target, "let go before it was answered");
    }

    /** What was taken is given back, whoever else takes some meanwhile. */
    @Test
    void roomIsGivenBack() {
        Lincheck.runConcurrentTest(ORDERS, () -> {
            Answers answers = answers();
            Entry first = entry();
            Entry second = entry();
            answers.owe(first);
            Task appender = run(() -> answers.owe(second));
            Task store = run(() -> answers.settle(List.of(first)));
            join(appender, store);
            check(answers.unacknowledgedBytes() == second.size(), "bytes are missing");
        });
    }

    /** Who waits for room hears of it once, whether it comes just before or just after he asks. */
    @Test
    void roomIsToldOnce() {
        Lincheck.runConcurrentTest(ORDERS, () -> {
            AtomicLong told = new AtomicLong();
            Answers answers = answers();
            Entry entry = entry();
            answers.owe(entry);
            Task appender = run(() -> answers.whenBelow(0, told::incrementAndGet));
            Task store = run(() -> answers.settle(List.of(entry)));
            join(appender, store);
            check(told.get() == 1, "told " + told + " times of the room that there is");
        });
    }

    private static Answers answers() {
        return new Answers("log", error -> {
            throw error;
        });
    }

    private static Entry entry() {
        return new Entry(1, 0, 0, new Noted(new ArrayList<>(), 0), ByteBuffer.allocate(8));
    }

    /** Two appenders, the committer's thread and the store's: each entry is answered once, in order, and when it is durable. */
    @Test
    void everyAppendIsAnsweredOnceInOrderAndNotBeforeItIsDurable() {
        Lincheck.runConcurrentTest(Math.max(1, ORDERS / 10), () -> {
            SlowWriter store = new SlowWriter();
            GroupCommitter committer =
                    new GroupCommitter("log", store.options(), store.capabilities(), store, Chain.NONE);
            store.start();
            committer.start();
            List<Integer> ones = new ArrayList<>();
            List<Integer> others = new ArrayList<>();
            Task one = run(() -> append(committer, store, ones));
            Task other = run(() -> append(committer, store, others));
            join(one, other);
            try {
                committer.flush();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            check(ones.equals(List.of(1, 2)) && others.equals(List.of(1, 2)), "answered were " + ones + others);
            check(committer.answers().unacknowledgedBytes() == 0, "bytes were not given back");
            committer.close();
            store.finish();
        });
    }

    private static void append(GroupCommitter committer, SlowWriter store, List<Integer> answered) {
        for (int number = 1; number <= 2; number++) {
            int own = number;
            committer.append(new Entry(
                    1,
                    0,
                    0,
                    new AppendCallback() {
                        @Override
                        public void durable(LogHandle handle) {
                            long end = handle.at().offset() + handle.length();
                            check(store.synced() >= end, "answered before it was durable");
                            check(committer.durableEnd().offset() >= end, "answered before the watermark says so");
                            answered.add(own);
                        }

                        @Override
                        public void failed(WalException failure) {
                            throw new AssertionError(failure);
                        }
                    },
                    ByteBuffer.allocate(8)));
        }
    }

    private record Noted(List<Integer> into, int number) implements AppendCallback {
        @Override
        public void durable(LogHandle handle) {
            into.add(number);
        }

        @Override
        public void failed(WalException failure) {
            throw new AssertionError(failure);
        }
    }

    /** A thread whose failure is that of who waits for it. */
    private record Task(Thread thread, AtomicReference<@Nullable AssertionError> thrown) {}

    private static Task run(Runnable what) {
        AtomicReference<@Nullable AssertionError> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                what.run();
            } catch (AssertionError e) { // and nothing else: the checker ends threads by throwing
                thrown.set(e);
            }
        });
        thread.start();
        return new Task(thread, thrown);
    }

    private static void join(Task... tasks) {
        for (Task task : tasks) {
            try {
                task.thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            AssertionError thrown = task.thrown.get();
            if (thrown != null) {
                throw thrown;
            }
        }
    }

    private static void check(boolean so, String otherwise) {
        if (!so) {
            throw new AssertionError(otherwise);
        }
    }
}
