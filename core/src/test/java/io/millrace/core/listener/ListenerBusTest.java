// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.EventsDropped;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerBusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ThreadFactory THREADS = task -> new Thread(task, "listener");

    private final ManualClock clock = new ManualClock();
    private final ListenerBus bus = new ListenerBus(ListenerBus.DEFAULT_QUEUE_SIZE, clock);

    @Test
    void without_a_listener_posting_does_nothing() {
        assertThat(bus.isEmpty()).isTrue();
        post(0, 100);
        bus.close(PATIENCE);
        assertThat(bus.dropped()).isZero();
    }

    @Test
    void events_come_in_order_and_all_before_close_returns() {
        Noting first = new Noting();
        Noting second = new Noting();
        bus.add(first, THREADS);
        post(0, 100);
        bus.add(second, THREADS);
        post(100, 5_000);
        bus.close(PATIENCE);
        assertThat(first.seen).isEqualTo(numbers(0, 5_000));
        assertThat(second.seen).isEqualTo(numbers(100, 5_000));
    }

    @Test
    void h5_no_event_comes_after_the_bus_was_closed() {
        Noting listener = new Noting();
        bus.add(listener, THREADS);
        post(0, 3);
        bus.close(PATIENCE);
        post(3, 6);
        bus.add(new Noting(), THREADS);
        bus.close(PATIENCE);
        assertThat(listener.seen).containsExactly(0L, 1L, 2L);
    }

    @Test
    void events_of_several_threads_keep_the_order_of_each() throws Exception {
        Noting listener = new Noting();
        bus.add(listener, THREADS);
        List<Thread> posters = IntStream.range(0, 4)
                .mapToObj(i -> new Thread(() -> post(i * 1_000, i * 1_000 + 1_000)))
                .toList();
        posters.forEach(Thread::start);
        for (Thread poster : posters) {
            poster.join();
        }
        bus.close(PATIENCE);
        for (int i = 0; i < 4; i++) {
            long from = i * 1_000L;
            assertThat(listener.seen.stream().filter(n -> n >= from && n < from + 1_000))
                    .isEqualTo(numbers((int) from, (int) from + 1_000));
        }
    }

    @Test
    void a_slow_listener_loses_events_and_holds_nobody_up() {
        Noting quick = new Noting();
        Blocked slow = new Blocked();
        ListenerBus small = new ListenerBus(10, clock);
        small.add(slow, THREADS);
        small.add(quick, THREADS);
        small.post(event(0));
        await().until(() -> slow.entered.getCount() == 0);
        for (int i = 1; i <= 25; i++) {
            int number = i;
            small.post(event(number));
            await().until(() -> quick.seen.contains((long) number));
        }
        assertThat(small.dropped()).isEqualTo(15);
        slow.release.countDown();
        small.close(PATIENCE);
        assertThat(slow.seen).isEqualTo(numbers(0, 11));
        assertThat(quick.seen).isEqualTo(numbers(0, 26));
    }

    @Test
    void a_slow_listener_is_told_how_many_events_it_lost_and_where() {
        List<StreamingEvent> told = new CopyOnWriteArrayList<>();
        Blocked slow = new Blocked() {
            @Override
            public void onEvent(StreamingEvent event) {
                told.add(event);
                super.onEvent(event);
            }
        };
        ListenerBus small = new ListenerBus(2, clock);
        small.add(slow, THREADS);
        small.post(event(0));
        await().until(() -> slow.entered.getCount() == 0);
        for (int i = 1; i <= 7; i++) {
            small.post(event(i));
        }
        slow.release.countDown();
        await().until(() -> slow.seen.size() == 3);
        small.post(event(8));
        small.close(PATIENCE);
        assertThat(told)
                .containsExactly(
                        event(0),
                        event(1),
                        event(2),
                        new EventsDropped(Instant.ofEpochMilli(clock.millis()), 5),
                        event(8));
    }

    @Test
    void h5_the_end_is_told_even_to_a_full_queue_and_nothing_after_it() {
        Blocked slow = new Blocked() {
            @Override
            public void onStreamingStopped(StreamingStopped event) {
                seen.add(-1L);
            }
        };
        ListenerBus small = new ListenerBus(1, clock);
        small.add(slow, THREADS);
        small.post(event(0));
        await().until(() -> slow.entered.getCount() == 0);
        small.post(event(1));
        small.post(new StreamingStopped(Instant.EPOCH, true, Optional.empty()));
        small.post(event(2));
        slow.release.countDown();
        small.close(PATIENCE);
        assertThat(slow.seen).containsExactly(0L, 1L, -1L);
    }

    @Test
    void a_listener_that_throws_is_told_the_next_event() {
        Noting throwing = new Noting() {
            @Override
            public void onBatchCommitted(BatchCommitted event) {
                super.onBatchCommitted(event);
                if (event.records() % 2 == 0) {
                    throw new IllegalStateException("on purpose");
                }
                throw new NoClassDefFoundError("org/example/Gone");
            }
        };
        bus.add(throwing, THREADS);
        post(0, 100);
        bus.close(PATIENCE);
        assertThat(throwing.seen).isEqualTo(numbers(0, 100));
    }

    @Test
    void a_listener_that_was_removed_is_told_nothing_more() {
        Blocked removed = new Blocked();
        Noting stays = new Noting();
        bus.add(removed, THREADS);
        bus.add(stays, THREADS);
        post(0, 10);
        await().until(() -> removed.entered.getCount() == 0);
        bus.remove(removed);
        removed.release.countDown();
        post(10, 20);
        bus.remove(new Noting());
        bus.close(PATIENCE);
        assertThat(stays.seen).isEqualTo(numbers(0, 20));
        assertThat(removed.seen).containsExactly(0L);
        await().until(() -> !removed.thread.isAlive());
    }

    @Test
    void close_does_not_wait_longer_than_its_patience() {
        Blocked stuck = new Blocked();
        bus.add(stuck, THREADS);
        post(0, 10);
        await().until(() -> stuck.entered.getCount() == 0);
        bus.close(Duration.ofMillis(10));
        assertThat(bus.dropped()).isEqualTo(9);
        stuck.release.countDown();
        await().until(() -> !stuck.thread.isAlive());
        assertThat(stuck.seen).containsExactly(0L);
    }

    @Test
    void d8_a_listener_is_recognised_and_may_close_the_bus() {
        List<Boolean> onListenerThread = new CopyOnWriteArrayList<>();
        Noting other = new Noting();
        StreamingListener closing = new StreamingListener() {
            @Override
            public void onBatchCommitted(BatchCommitted event) {
                onListenerThread.add(bus.onListenerThread());
                bus.close(PATIENCE);
            }
        };
        bus.add(other, THREADS);
        bus.add(closing, THREADS);
        assertThat(bus.onListenerThread()).isFalse();
        post(0, 1);
        await().until(() -> onListenerThread.size() == 1);
        bus.close(PATIENCE);
        assertThat(onListenerThread).containsExactly(true);
        assertThat(other.seen).containsExactly(0L);
    }

    @Test
    void listeners_run_on_daemon_threads_of_the_factory_given_with_them() {
        Noting listener = new Noting();
        bus.add(listener, task -> new Thread(task, "of the plugin"));
        post(0, 1);
        bus.close(PATIENCE);
        assertThat(listener.thread.getName()).isEqualTo("of the plugin");
        assertThat(listener.thread.isDaemon()).isTrue();
        assertThat(listener.thread.isAlive()).isFalse();
    }

    @Test
    void an_impossible_queue_is_refused() {
        assertThatThrownBy(() -> new ListenerBus(0, clock))
                .isInstanceOf(MillraceException.class)
                .hasMessage("listener.queue-size = 0: set it to 1 event or more");
    }

    @Test
    void complaints_come_at_once_and_then_once_a_minute() {
        Complaints complaints = new Complaints(clock);
        assertThat(complaints.add()).isEqualTo(1);
        assertThat(complaints.add()).isZero();
        clock.advance(Duration.ofSeconds(59));
        assertThat(complaints.add()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(complaints.add()).isEqualTo(3);
        assertThat(complaints.add()).isZero();
        assertThat(complaints.rest()).isEqualTo(1);
        assertThat(complaints.rest()).isZero();
    }

    private void post(int from, int until) {
        for (int i = from; i < until; i++) {
            bus.post(event(i));
        }
    }

    private static StreamingEvent event(long number) {
        return new BatchCommitted(Instant.EPOCH, Instant.EPOCH, number);
    }

    private static List<Long> numbers(int from, int until) {
        return LongStream.range(from, until).boxed().toList();
    }

    private static class Noting implements StreamingListener {
        final List<Long> seen = new CopyOnWriteArrayList<>();
        volatile Thread thread;

        @Override
        public void onBatchCommitted(BatchCommitted event) {
            thread = Thread.currentThread();
            seen.add(event.records());
        }
    }

    /** Stays within its first call until it is released. */
    private static class Blocked extends Noting {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void onBatchCommitted(BatchCommitted event) {
            super.onBatchCommitted(event);
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
