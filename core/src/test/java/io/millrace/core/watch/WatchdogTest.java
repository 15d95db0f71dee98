// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What makes no progress is told, again at growing intervals, and when it goes on. */
@Timeout(60)
class WatchdogTest {
    private static final Duration STUCK_AFTER = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Instant BEGIN = Instant.ofEpochSecond(1_000);

    private final ManualClock clock = new ManualClock(BEGIN);
    private final List<ConditionChanged> told = new CopyOnWriteArrayList<>();
    private final Conditions conditions = new Conditions("test", clock, this::tell);
    private final Watchdog watchdog = new Watchdog(STUCK_AFTER, clock, Thread::new, conditions);
    private final AtomicLong looks = new AtomicLong();

    @AfterEach
    void close() {
        watchdog.close();
    }

    @Test
    void whatTakesLessThanTheLimitIsNotTold() {
        start();
        for (int i = 0; i < 50; i++) {
            try (Works.Work work = watchdog.begin(() -> "a call")) {
                pass(Duration.ofSeconds(40));
            }
        }
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsSaidOfACauseIsOneLine() {
        String forged = "a\nFORGED\u001b[2J";
        watchdog.watch("input-trouble", "input 'files'", () -> Optional.of(forged + " is not read"));
        watchdog.watch(into -> into.accept(Sighting.of("reading " + forged, 1, null)));
        start();
        pass(STUCK_AFTER.multipliedBy(2));
        assertThat(told)
                .extracting(ConditionChanged::message)
                .contains("input 'files': a FORGED\\u001b[2J is not read")
                .anyMatch(message -> message.startsWith("reading a FORGED\\u001b[2J: no progress for "));
    }

    @Test
    void progressIsWhatCountsAndNotHowLongItTakes() {
        AtomicLong steps = new AtomicLong();
        watchdog.watch(into -> into.accept(Sighting.of("a long walk", steps.get(), null)));
        start();
        for (int i = 0; i < 50; i++) {
            pass(LOOK);
            steps.incrementAndGet();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void whatHangsIsToldWithItsThreadAndAgainAtGrowingIntervalsAndWhenItGoesOn() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        Thread thread = new Thread(() -> hang(hangs, go), "the-one-that-hangs");
        thread.start();
        hangs.await();
        start();
        pass(Duration.ofMinutes(10));
        assertThat(told).allSatisfy(condition -> {
            assertThat(condition.condition()).isEqualTo(Conditions.STUCK);
            assertThat(condition.subject()).isEqualTo("a call");
            assertThat(condition.holds()).isTrue();
            assertThat(condition.since()).isBetween(BEGIN, BEGIN.plus(LOOK));
            assertThat(condition.message())
                    .startsWith("a call: no progress for ")
                    .contains("thread the-one-that-hangs")
                    .contains("WatchdogTest.hang");
        });
        assertThat(told)
                .extracting(condition -> condition.at().getEpochSecond() - 1_010)
                .containsExactly(60L, 120L, 240L, 480L);
        assertThat(conditions.count(Conditions.STUCK)).isOne();

        go.countDown();
        thread.join();
        pass(LOOK);
        assertThat(told).hasSize(5);
        assertThat(told.get(4).holds()).isFalse();
        assertThat(conditions.count(Conditions.STUCK)).isZero();
    }

    @Test
    void aConditionHoldsAsLongAsThereIsSomethingToSay() {
        AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
        watchdog.watch(Conditions.LOG_WAITS, "log 'data'", trouble::get);
        start();
        pass(LOOK);
        assertThat(told).isEmpty();

        trouble.set(Optional.of("no room"));
        pass(LOOK.multipliedBy(3));
        assertThat(told).singleElement().satisfies(condition -> {
            assertThat(condition.condition()).isEqualTo("log-waits");
            assertThat(condition.message()).isEqualTo("log 'data': no room");
            assertThat(condition.holds()).isTrue();
        });

        trouble.set(Optional.empty());
        pass(LOOK);
        assertThat(told)
                .hasSize(2)
                .last()
                .satisfies(condition -> assertThat(condition.holds()).isFalse());
    }

    @Test
    void aTimerThatHangsIsFoundToo() {
        HangingTimer hanging = new HangingTimer();
        List<ConditionChanged> seen = new CopyOnWriteArrayList<>();
        Conditions own = new Conditions("test", hanging, event -> seen.add((ConditionChanged) event));
        try (Watchdog other = new Watchdog(Duration.ofMillis(200), hanging, Thread::new, own)) {
            other.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> !seen.isEmpty());
            assertThat(seen.get(0).subject()).contains("timer");
        }
    }

    @Test
    void zeroIsOff() {
        try (Watchdog off = new Watchdog(Duration.ZERO, clock, Thread::new, conditions)) {
            off.start();
            assertThat(off.isOn()).isFalse();
            assertThat(clock.pending()).isZero();
        }
    }

    private void hang(CountDownLatch hangs, CountDownLatch go) {
        try (Works.Work work = watchdog.begin(() -> "a call")) {
            hangs.countDown();
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start() {
        watchdog.watch(into -> looks.incrementAndGet());
        watchdog.start();
    }

    /** Lets time pass, as slowly as the watchdog looks. */
    private void pass(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(LOOK)) {
            long before = looks.get();
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> clock.pending() == 1);
            clock.advance(LOOK);
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> looks.get() > before);
        }
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> clock.pending() == 1);
    }

    private void tell(StreamingEvent event) {
        told.add((ConditionChanged) event);
    }

    /** The host's time, and a timer that runs nothing. */
    private static final class HangingTimer implements StreamClock {
        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return () -> {};
        }
    }
}
