// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static io.millrace.core.receiver.Supervised.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverStopped;
import io.millrace.api.source.Position;
import io.millrace.core.block.BlockArrays;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.ReceiverContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A receiver that fails is replaced, and one that was replaced can do nothing more. */
@Timeout(60)
class ReceiverFailureTest {
    private static final DurableMark MARK = new DurableMark(Map.of(), -1);

    private final Supervised all = new Supervised();

    @Test
    void e1_e2_a_receiver_that_asks_for_it_is_replaced_after_a_back_off() throws Exception {
        TestReceiver first = all.start();
        first.append("a");
        first.context.restart("connection lost", new IllegalStateException("reset"));
        all.awaitCalls(first, "start", "stop");
        soon().until(() -> all.events(ReceiverStopped.class).size() == 1);
        assertThat(all.errors()).containsExactly("connection lost: reset");
        assertThat(all.intake.values()).as("what was appended before").containsExactly("a");
        all.clock.advance(Duration.ofMillis(99));
        assertThat(all.receivers).hasSize(1);
        all.clock.advance(Duration.ofMillis(21));
        TestReceiver second = all.receiver(2);
        assertThat(second.context.incarnation()).isEqualTo(2);
        assertThat(second.context.positions()).isEqualTo(Map.of("p", Position.of(1)));
        second.append("b");
        all.cut();
        assertThat(all.intake.values()).containsExactly("a", "b");
        assertThat(all.intake.incarnations()).containsExactly(1L, 2L);
        assertThat(all.events(ReceiverStarted.class)).hasSize(2);
        all.stop();
    }

    @Test
    void whatIsWrongIsSaidUntilAReceiverReceivesAgain() throws Exception {
        TestReceiver first = all.start();
        assertThat(all.supervisor.trouble()).isEmpty();
        first.trouble = Optional.of("no connection to here:1");
        assertThat(all.supervisor.trouble()).contains("no connection to here:1");
        Instant failed = Instant.ofEpochMilli(all.clock.millis());
        first.context.restart("connection lost", new IllegalStateException("reset"));
        soon().until(() -> all.events(ReceiverStopped.class).size() == 1);
        String why = "nothing is received since " + failed + ": connection lost: reset";
        assertThat(all.supervisor.trouble()).contains(why);
        TestReceiver second = all.restarted(2);
        second.trouble = Optional.of("no connection to here:1 yet");
        assertThat(all.supervisor.trouble()).as("it is not over yet").contains(why);
        second.trouble = Optional.empty();
        assertThat(all.supervisor.trouble()).isEmpty();
        second.trouble = Optional.of("no connection to here:1 any more");
        assertThat(all.supervisor.trouble()).contains("no connection to here:1 any more");
        all.stop();
    }

    @Test
    void what_cannot_heal_ends_the_program_and_no_other_receiver_is_started() throws Exception {
        TestReceiver first = all.start();
        MillraceException denied = new MillraceException(ErrorCode.USER_CONFIG, "not allowed to read [lines]");
        first.context.restart("not allowed to read [lines]", denied);
        all.awaitCalls(first, "start", "stop");
        soon().until(() -> all.events(ReceiverStopped.class).size() == 1);
        assertThat(all.intake.defects()).containsExactly(denied);
        all.clock.advance(Duration.ofHours(1));
        assertThat(all.receivers).hasSize(1);
        all.stop();
    }

    @Test
    void a_start_that_cannot_succeed_ends_it_too_and_one_that_may_is_tried_again() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        TestReceiver broken = new TestReceiver() {
            @Override
            public void start(ReceiverContext given) {
                calls.add("start");
                throw new MillraceException(
                        starts.incrementAndGet() < 3 ? ErrorCode.EXTERNAL_SYSTEM : ErrorCode.USER_CONFIG, "no");
            }
        };
        all.first(broken, broken, broken);
        all.supervisor.start();
        soon().until(() -> {
            all.clock.advance(Duration.ofSeconds(30));
            return !all.intake.defects().isEmpty();
        });
        assertThat(starts).hasValue(3);
        all.stop();
    }

    @Test
    void a_receiver_that_was_replaced_is_not_heard_any_more() throws Exception {
        TestReceiver first = all.start();
        ReceiverContext stale = first.context;
        stale.restart("lost", null);
        TestReceiver second = all.restarted(2);
        int events = all.events.size();

        assertThat(first.append("late")).isFalse();
        first.mark();
        stale.appender().token(5);
        stale.begin(Map.of("q", Position.of(1)));
        stale.idle("p", true);
        stale.reportError("late", null);
        stale.restart("late", null);
        all.supervisor.restart(1, "late");
        all.cut();

        assertThat(all.intake.position("q")).isNull();
        assertThat(all.intake.values()).isEmpty();
        assertThat(all.events).hasSize(events);
        assertThat(all.supervisor.running()).isTrue();
        assertThat(second.append("a")).isTrue();
        all.stop();
    }

    @Test
    void the_engine_replaces_a_receiver_whose_blocks_leave_a_gap() throws Exception {
        all.start();
        all.supervisor.restart(1, "a gap in p");
        all.restarted(2);
        assertThat(all.errors()).containsExactly("a gap in p");
        all.stop();
    }

    @Test
    void a_receiver_that_cannot_start_is_tried_again_and_stopped_each_time() throws Exception {
        TestReceiver broken = new TestReceiver() {
            @Override
            public void start(ReceiverContext given) {
                calls.add("start");
                throw new IllegalStateException("no broker");
            }
        };
        all.first(broken, broken);
        all.supervisor.start();
        all.restarted(1);
        assertThat(all.errors()).containsExactly("it failed to start: no broker", "it failed to start: no broker");
        assertThat(all.eventKinds()).containsExactly("ReceiverError", "ReceiverError", "ReceiverStarted");
        assertThat(broken.calls).containsExactly("start", "stop", "start", "stop");
        all.stop();
    }

    @Test
    void whatever_a_receiver_throws_it_is_replaced() throws Exception {
        TestReceiver broken = new TestReceiver() {
            @Override
            public void pause() {
                throw new NoClassDefFoundError("org/example/Gone");
            }

            @Override
            public void stop(Duration deadline) {
                super.stop(deadline);
                throw new IllegalStateException("stop");
            }
        };
        TestReceiver deaf = new TestReceiver() {
            @Override
            public void durable(DurableMark mark) {
                throw new IllegalStateException("durable");
            }
        };
        all.first(broken, deaf);
        all.supervisor.start();
        soon().until(all.supervisor::running);
        all.supervisor.pause();
        all.supervisor.resume();
        soon().until(() -> all.errors().size() == 2);
        soon().until(() -> {
            all.clock.advance(Duration.ofMillis(100));
            return all.supervisor.running();
        });
        all.supervisor.durable(2, MARK);
        all.restarted(1);
        assertThat(all.errors())
                .containsExactly(
                        "it failed to pause: org/example/Gone",
                        "while it was being stopped, it failed to stop: stop",
                        "it failed to take a durable mark: durable");
        assertThat(all.supervisor.incarnation()).isEqualTo(3);
        all.stop();
    }

    @Test
    void e6_a_block_that_cannot_be_handed_over_replaces_the_receiver_and_is_sent_again() throws Exception {
        TestReceiver first = all.start();
        first.append("a");
        all.intake.failOnce(new IllegalStateException("no log"));
        all.cut();
        // A step of another thread may be under way, which then does this one too
        soon().untilAsserted(
                        () -> assertThat(all.errors()).containsExactly("its block could not be handed over: no log"));
        assertThat(all.supervisor.unacknowledged()).isZero();
        TestReceiver second = all.restarted(2);
        assertThat(second.context.positions()).isEqualTo(Map.of("p", Position.of(0)));
        second.append("a");
        all.cut();
        assertThat(all.intake.values()).containsExactly("a");
        all.stop();
    }

    @Test
    void an_ack_token_is_told_only_to_the_receiver_that_gave_it() throws Exception {
        TestReceiver first = all.start();
        first.context.restart("lost", null);
        TestReceiver second = all.restarted(2);
        all.supervisor.durable(1, new DurableMark(Map.of("p", Position.of(3)), 9));
        soon().untilAsserted(() ->
                assertThat(second.marks).containsExactly(new DurableMark(Map.of("p", Position.of(3)), -1)));
        assertThat(first.marks).isEmpty();
        all.stop();
    }

    @Test
    void waits_grow_and_are_forgotten_after_a_minute_of_health() throws Exception {
        all.start();
        long[] waits = new long[5];
        for (int i = 0; i < 4; i++) {
            waits[i] = waitAfterRestart(i + 1);
        }
        all.clock.advance(Duration.ofMinutes(1));
        waits[4] = waitAfterRestart(5);
        assertThat(waits[0]).isBetween(100L, 120L);
        assertThat(waits[1]).isBetween(160L, 240L);
        assertThat(waits[2]).isBetween(320L, 480L);
        assertThat(waits[3]).isBetween(640L, 960L);
        assertThat(waits[4]).isBetween(100L, 120L);
        all.stop();
    }

    @Test
    void a_stop_during_a_back_off_starts_nothing_more() throws Exception {
        TestReceiver first = all.start();
        first.context.restart("lost", null);
        soon().until(() -> !all.supervisor.running());
        all.stop();
        all.clock.advance(Duration.ofMinutes(1));
        assertThat(all.receivers).hasSize(1);
        assertThat(all.eventKinds()).containsExactly("ReceiverStarted", "ReceiverError", "ReceiverStopped");
    }

    @Test
    void a_thread_that_cannot_be_made_is_tried_again() throws Exception {
        ReceiverInput input = new ReceiverInput("lines", "test", TestReceiver::new, task -> {
            throw new IllegalStateException("no threads");
        });
        ReceiverSupervisor supervisor = new ReceiverSupervisor(
                input,
                Supervised.SETTINGS,
                all.intake,
                all.events::add,
                all.clock,
                new Random(1),
                new BlockArrays(0, true));
        supervisor.start();
        all.clock.advance(Duration.ofSeconds(1));
        assertThat(all.errors()).hasSizeGreaterThan(1).allMatch("its receiver cannot be started: no threads"::equals);
        supervisor.stop(Duration.ZERO).get();
    }

    /** Makes the receiver fail, and returns how many milliseconds it took until the next was started. */
    private long waitAfterRestart(int number) {
        all.receiver(number).context.restart("lost", null);
        soon().until(() -> all.events(ReceiverStopped.class).size() == number);
        long before = all.clock.millis();
        while (all.threads.size() == number) {
            all.clock.advance(Duration.ofMillis(1));
        }
        long waited = all.clock.millis() - before;
        all.receiver(number + 1);
        return waited;
    }
}
