// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.StreamClock.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000));
    private final List<String> ran = new ArrayList<>();

    @Test
    void timeStandsStillUntilItIsMoved() {
        assertThat(clock.millis()).isEqualTo(1_000);
        assertThat(clock.nanos()).isZero();
        clock.advance(Duration.ofMillis(5));
        assertThat(clock.millis()).isEqualTo(1_005);
        assertThat(clock.nanos()).isEqualTo(5_000_000);
    }

    @Test
    void dueTasksRunInTheOrderOfTheirTimesAtTheirOwnTime() {
        schedule("c", 30);
        schedule("a", 10);
        schedule("b", 10);
        schedule("d", 31);
        clock.advance(Duration.ofMillis(30));
        assertThat(ran).containsExactly("a@1010", "b@1010", "c@1030");
        assertThat(clock.pending()).isEqualTo(1);
    }

    @Test
    void whatATaskSchedulesRunsTooIfItBecomesDue() {
        clock.schedule(Duration.ofMillis(10), () -> {
            ran.add("first");
            schedule("second", 10);
            schedule("third", 11);
        });
        clock.advance(Duration.ofMillis(20));
        assertThat(ran).containsExactly("first", "second@1020");
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        Cancellable cancellable = clock.schedule(Duration.ZERO, () -> ran.add("cancelled"));
        cancellable.cancel();
        cancellable.cancel();
        clock.advance(Duration.ofDays(1));
        assertThat(ran).isEmpty();
    }

    @Test
    void settingTheDateMovesNoTask() {
        schedule("a", 10);
        clock.setTime(Instant.ofEpochMilli(50_000));
        assertThat(ran).isEmpty();
        clock.advance(Duration.ofMillis(10));
        assertThat(ran).containsExactly("a@50010");
    }

    private void schedule(String name, long millis) {
        clock.schedule(Duration.ofMillis(millis), () -> ran.add(name + "@" + clock.millis()));
    }
}
