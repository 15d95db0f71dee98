// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static io.millrace.core.receiver.Supervised.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.listener.StreamingEvent.ReceiverStopped;
import io.millrace.spi.receiver.ReceiverContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A receiver that does not return from a call is given up, and holds nobody up. */
@Timeout(60)
class HungReceiverTest {
    private final Supervised all = new Supervised();

    @Test
    void a_receiver_that_hangs_in_a_call_is_replaced() throws Exception {
        Hanging hanging = new Hanging("pause");
        all.first(hanging);
        all.supervisor.start();
        soon().until(all.supervisor::running);
        hanging.append("a");
        all.supervisor.pause();
        all.supervisor.resume();
        hanging.awaitHanging();
        all.clock.advance(Duration.ofSeconds(10));
        TestReceiver second = all.restarted(1);
        assertThat(all.errors()).containsExactly("its receiver does not return when told to pause, and is given up");
        assertThat(all.intake.values()).containsExactly("a");
        assertThat(hanging.append("late")).isFalse();
        second.append("b");
        all.cut();
        assertThat(all.intake.values()).containsExactly("a", "b");

        hanging.letGo();
        soon().until(() -> hanging.calls.contains("stop"));
        all.stop();
    }

    @Test
    void a_receiver_that_hangs_in_its_farewell_is_replaced() throws Exception {
        Hanging hanging = new Hanging("stop");
        all.first(hanging);
        all.supervisor.start();
        soon().until(all.supervisor::running);
        hanging.context.restart("lost", null);
        hanging.awaitHanging();
        all.clock.advance(ReceiverSupervisor.STOP_BEFORE_RESTART.plus(ReceiverSupervisor.GRACE));
        all.restarted(1);
        assertThat(all.errors())
                .containsExactly("lost", "its receiver does not return when told to stop, and is given up");
        assertThat(all.events(ReceiverStopped.class)).hasSize(1);
        hanging.letGo();
        all.stop();
    }

    @Test
    void an_interrupt_ends_a_call_that_listens_to_it() throws Exception {
        Hanging hanging = new Hanging("start");
        hanging.interruptible = true;
        all.first(hanging);
        all.supervisor.start();
        hanging.awaitHanging();
        all.clock.advance(Duration.ofSeconds(10));
        soon().until(() -> hanging.calls.contains("stop"));
        all.restarted(1);
        all.stop();
    }

    @Test
    void no_more_than_three_receivers_hang_at_a_time() throws Exception {
        List<Hanging> hanging = new ArrayList<>();
        for (int i = 0; i < ReceiverSupervisor.MAX_HUNG; i++) {
            hanging.add(new Hanging("start"));
            all.first(hanging.get(i));
        }
        all.supervisor.start();
        for (Hanging each : hanging) {
            soon().until(() -> {
                all.clock.advance(Duration.ofMillis(100));
                return each.hangs();
            });
        }
        all.clock.advance(Duration.ofMinutes(5));
        assertThat(all.threads).hasSize(ReceiverSupervisor.MAX_HUNG);
        assertThat(all.receivers).isEmpty();

        hanging.get(1).letGo();
        all.receiver(1);
        hanging.forEach(Hanging::letGo);
        all.stop();
    }

    @Test
    void a_stop_that_hangs_ends_at_its_deadline() throws Exception {
        Hanging hanging = new Hanging("stop");
        all.first(hanging);
        all.supervisor.start();
        soon().until(all.supervisor::running);
        CompletableFuture<Void> stopped = all.supervisor.stop(Duration.ofSeconds(5));
        hanging.awaitHanging();
        all.clock.advance(Duration.ofSeconds(5));
        assertThat(stopped).isNotDone();
        all.clock.advance(ReceiverSupervisor.GRACE);
        assertThat(stopped).isCompleted();
        assertThat(all.errors()).containsExactly("its receiver does not return when told to stop, and is given up");
        assertThat(all.events(ReceiverStopped.class)).hasSize(1);
        hanging.letGo();
        all.assertNothingLeft();
    }

    @Test
    void d6_a_stop_while_the_start_hangs_ends_at_its_deadline_and_the_receiver_is_stopped_later() throws Exception {
        Hanging hanging = new Hanging("start");
        all.first(hanging);
        all.supervisor.start();
        hanging.awaitHanging();
        CompletableFuture<Void> stopped = all.supervisor.stop(Duration.ofSeconds(5));
        all.clock.advance(Duration.ofSeconds(6));
        assertThat(stopped).isCompleted();
        assertThat(hanging.calls).doesNotContain("stop");
        hanging.letGo();
        all.assertNothingLeft();
        assertThat(hanging.calls).containsExactly("start", "stop");
    }

    @Test
    void d5_a_stop_waits_for_a_slow_receiver_within_the_deadline() throws Exception {
        Hanging slow = new Hanging("stop");
        all.first(slow);
        all.supervisor.start();
        soon().until(all.supervisor::running);
        CompletableFuture<Void> stopped = all.supervisor.stop(Duration.ofSeconds(30));
        slow.awaitHanging();
        all.clock.advance(Duration.ofSeconds(15));
        assertThat(stopped).isNotDone();
        slow.letGo();
        stopped.get(30, TimeUnit.SECONDS);
        assertThat(all.errors()).isEmpty();
        all.assertNothingLeft();
    }

    /** Does not return from one of its calls before it is let go. */
    private static final class Hanging extends TestReceiver {
        volatile boolean interruptible;
        private final String where;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        Hanging(String where) {
            this.where = where;
        }

        void awaitHanging() throws InterruptedException {
            assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        }

        boolean hangs() {
            return reached.getCount() == 0;
        }

        void letGo() {
            released.countDown();
        }

        @Override
        public void start(ReceiverContext given) throws Exception {
            super.start(given);
            hang("start");
        }

        @Override
        public void pause() {
            super.pause();
            hang("pause");
        }

        @Override
        public void stop(Duration deadline) {
            super.stop(deadline);
            hang("stop");
        }

        private void hang(String call) {
            if (!call.equals(where)) {
                return;
            }
            reached.countDown();
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    if (interruptible) {
                        return;
                    }
                }
            }
        }
    }
}
