// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static io.millrace.core.receiver.Supervised.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.ReceiverInfo;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverStopped;
import io.millrace.api.source.Position;
import io.millrace.core.block.BlockSettings;
import io.millrace.core.block.SealedBlock;
import io.millrace.spi.receiver.DurableMark;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A receiver that does as it should, from start to stop. */
@Timeout(60)
class ReceiverSupervisorTest {
    private final Supervised all = new Supervised();

    @Test
    void e1_a_receiver_is_started_fed_from_and_stopped() throws Exception {
        assertThat(all.supervisor.running()).isFalse();
        TestReceiver receiver = all.start();
        assertThat(receiver.context.incarnation()).isEqualTo(1);
        receiver.append("a");
        receiver.append("b");
        assertThat(all.intake.values()).isEmpty();
        all.cut();
        assertThat(all.intake.values()).containsExactly("a", "b");
        all.stop();
        assertThat(receiver.calls).containsExactly("start", "stop");
        assertThat(all.supervisor.running()).isFalse();
        ReceiverInfo info = new ReceiverInfo("lines", "test", 1);
        assertThat(all.events(ReceiverStarted.class))
                .extracting(ReceiverStarted::receiver)
                .containsExactly(info);
        assertThat(all.events(ReceiverStopped.class))
                .extracting(ReceiverStopped::receiver)
                .containsExactly(info);
        assertThat(all.eventKinds()).containsExactly("ReceiverStarted", "ReceiverStopped");
    }

    @Test
    void e1_an_error_that_is_reported_is_passed_on_and_stops_nothing() throws Exception {
        TestReceiver receiver = all.start();
        receiver.context.reportError("a broker is slow", new IllegalStateException("30 s"));
        assertThat(all.events(ReceiverError.class)).singleElement().satisfies(error -> {
            assertThat(error.message()).isEqualTo("a broker is slow: 30 s");
            assertThat(error.stackTrace().orElseThrow()).contains("IllegalStateException");
        });
        assertThat(receiver.append("a")).isTrue();
        all.stop();
    }

    @Test
    void e3_what_ten_threads_append_is_counted() throws Exception {
        TestReceiver receiver = all.start();
        ExecutorService ten = Executors.newFixedThreadPool(10);
        for (int i = 0; i < 10; i++) {
            ten.execute(() -> {
                for (int j = 0; j < 1_000; j++) {
                    synchronized (receiver) {
                        receiver.append("x");
                    }
                }
            });
        }
        ten.shutdown();
        assertThat(ten.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        all.cut();
        assertThat(all.intake.values()).hasSize(10_000);
        assertThat(all.intake.position("p")).isEqualTo(Position.of(10_000));
        all.stop();
    }

    @Test
    void a_block_is_cut_at_every_interval_and_when_asked_for() throws Exception {
        TestReceiver receiver = all.start();
        for (int i = 0; i < 20; i++) {
            receiver.append("x");
            all.clock.advance(Duration.ofMillis(25));
        }
        assertThat(all.intake.blocks()).hasSize(10);
        receiver.append("x");
        all.supervisor.cut();
        assertThat(all.intake.blocks()).hasSize(11);
        all.stop();
    }

    @Test
    void where_reading_begins_is_recorded_once() throws Exception {
        TestReceiver receiver = all.start();
        receiver.context.begin(Map.of("p", Position.of(77), "q", Position.of(5)));
        assertThat(all.intake.position("p")).isEqualTo(Position.of(0));
        assertThat(all.intake.position("q")).isEqualTo(Position.of(5));
        int q = receiver.appender().partition("q");
        assertThat(receiver.appender().append(q, 5, 6, 0, null, null, List.of()))
                .isTrue();
        all.supervisor.stop(Duration.ofSeconds(5)).get();
    }

    @Test
    void pause_and_resume_reach_the_receiver_and_its_appender() throws Exception {
        TestReceiver receiver = all.start();
        all.supervisor.pause();
        assertThat(receiver.append("a")).isFalse();
        all.supervisor.resume();
        assertThat(receiver.append("a")).isTrue();
        soon().untilAsserted(() -> assertThat(receiver.calls).contains("start", "pause", "resume", "ready"));
        all.stop();
    }

    @Test
    void a_receiver_that_starts_during_a_pause_is_paused() throws Exception {
        all.supervisor.pause();
        TestReceiver receiver = all.start();
        assertThat(receiver.append("a")).isFalse();
        all.awaitCalls(receiver, "start", "pause");
        all.stop();
    }

    @Test
    void a_drain_hands_all_over_without_a_tick() throws Exception {
        TestReceiver receiver = all.start();
        for (int i = 0; i < 1_000; i++) {
            receiver.append("" + i);
        }
        assertThat(all.supervisor.drain(Duration.ofSeconds(1))).isCompletedWithValue(true);
        assertThat(all.intake.values()).hasSize(1_000);
        assertThat(receiver.append("late")).isFalse();
        all.cut();
        assertThat(all.intake.values()).hasSize(1_000);
        all.stop();
        assertThat(receiver.calls).startsWith("start", "pause").endsWith("stop");
    }

    @Test
    void a_drain_waits_for_a_mark() throws Exception {
        TestReceiver receiver = all.start();
        receiver.appendUnmarked("a");
        CompletableFuture<Boolean> drained = all.supervisor.drain(Duration.ofSeconds(1));
        all.clock.advance(Duration.ofMillis(999));
        assertThat(drained).isNotDone();
        receiver.appendUnmarked("b");
        receiver.mark();
        assertThat(drained).isCompletedWithValue(true);
        assertThat(all.intake.values()).containsExactly("a", "b");
        all.stop();
    }

    @Test
    void a_drain_ends_at_its_deadline_and_what_is_left_is_dropped() throws Exception {
        TestReceiver receiver = all.start();
        receiver.appendUnmarked("a");
        CompletableFuture<Boolean> drained = all.supervisor.drain(Duration.ofSeconds(1));
        all.clock.advance(Duration.ofSeconds(1));
        assertThat(drained).isCompletedWithValue(false);
        all.stop();
        assertThat(all.intake.values()).isEmpty();
    }

    @Test
    void a_drain_without_a_receiver_is_done_at_once() {
        assertThat(all.supervisor.drain(Duration.ofSeconds(1))).isCompletedWithValue(true);
    }

    @Test
    void what_is_durable_is_told_to_the_receiver() throws Exception {
        TestReceiver receiver = all.start();
        DurableMark mark = new DurableMark(Map.of("p", Position.of(3)), 9);
        all.supervisor.durable(1, mark);
        soon().untilAsserted(() -> assertThat(receiver.marks).containsExactly(mark));
        all.stop();
    }

    @Test
    void of_many_marks_the_newest_is_told_last() throws Exception {
        TestReceiver receiver = all.start();
        for (int i = 1; i <= 10_000; i++) {
            all.supervisor.durable(1, new DurableMark(Map.of("p", Position.of(i)), i));
        }
        soon().until(() -> !receiver.marks.isEmpty()
                && receiver.marks.get(receiver.marks.size() - 1).token() == 10_000);
        assertThat(receiver.marks).extracting(DurableMark::token).isSorted();
        all.stop();
    }

    @Test
    void what_is_on_its_way_is_bounded() throws Exception {
        Supervised small = new Supervised(new ReceiverSettings(
                new BlockSettings(1_024, 100, 0), Duration.ofMillis(50), 4_096, Duration.ofSeconds(10)));
        TestReceiver receiver = small.start();
        int taken = 0;
        while (receiver.append("x".repeat(90))) {
            taken++;
        }
        assertThat(taken).isBetween(30, 45);
        assertThat(small.supervisor.unacknowledged()).isBetween(3_000L, 4_096L);
        for (SealedBlock block : small.intake.blocks()) {
            small.supervisor.released(block.length());
        }
        assertThat(small.supervisor.unacknowledged()).isZero();
        soon().until(() -> receiver.calls.contains("ready"));
        assertThat(receiver.append("y")).isTrue();
        small.stop();
    }

    @Test
    void d6_a_stop_right_after_the_start_leaves_nothing_behind() throws Exception {
        for (int i = 0; i < 200; i++) {
            Supervised one = new Supervised();
            one.supervisor.start();
            one.stop();
            assertThat(one.events(ReceiverStarted.class)).hasSameSizeAs(one.events(ReceiverStopped.class));
        }
    }

    @Test
    void a_stop_before_the_start_and_a_second_one_do_nothing() throws Exception {
        all.supervisor.stop(Duration.ofSeconds(1)).get();
        all.supervisor.start();
        all.stop();
        assertThat(all.events).isEmpty();
        assertThat(all.threads).isEmpty();
    }
}
