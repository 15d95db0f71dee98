// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void waits_double_up_to_half_a_minute_give_or_take_a_fifth() {
        for (long seed = 0; seed < 100; seed++) {
            Backoff backoff = new Backoff(new Random(seed));
            long expected = 100;
            for (int i = 0; i < 40; i++) {
                assertThat(backoff.next(Duration.ofSeconds(59)).toMillis())
                        .as("seed %d, wait %d", seed, i)
                        .isBetween(Math.max(100, expected * 80 / 100), Math.min(30_000, expected * 120 / 100));
                expected = Math.min(30_000, expected * 2);
            }
            assertThat(backoff.next(Duration.ofSeconds(60)).toMillis()).isBetween(100L, 120L);
        }
    }

    @Test
    void the_same_seed_gives_the_same_waits() {
        Backoff one = new Backoff(new Random(5));
        Backoff two = new Backoff(new Random(5));
        for (int i = 0; i < 20; i++) {
            assertThat(one.next(Duration.ZERO)).isEqualTo(two.next(Duration.ZERO));
        }
    }
}
