// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * When the engine is killed: at least three times, at random moments that follow from the seed, spread over the time in
 * which lines are produced. Every other kill, the first included, waits until the engine has counted something since it
 * was started, so that data is under way; the ones between may hit an engine that is still recovering.
 */
final class Chaos {
    private static final int FEWEST = 3;
    private static final Duration PER_KILL = Duration.ofSeconds(10);

    private final Deque<Duration> moments = new ArrayDeque<>();
    private int kills;

    private Chaos() {}

    /** No kills at all. */
    static Chaos none() {
        return new Chaos();
    }

    /** One kill in each part of {@code producing}, which has at least three parts. */
    static Chaos over(Duration producing, long seed) {
        Chaos chaos = new Chaos();
        SplittableRandom random = new SplittableRandom(seed);
        int count = (int) Math.max(FEWEST, producing.dividedBy(PER_KILL));
        double part = (double) producing.toMillis() / count;
        for (int i = 0; i < count; i++) {
            chaos.moments.add(Duration.ofMillis((long) (part * (i + 0.2 + 0.7 * random.nextDouble()))));
        }
        return chaos;
    }

    /** How many kills are still to come. */
    int left() {
        return moments.size();
    }

    /** How many there were. */
    int kills() {
        return kills;
    }

    /**
     * Whether to kill now; counts it as done.
     *
     * @param elapsed since lines are produced
     * @param counting whether the running engine has counted something since it was started
     */
    boolean strike(Duration elapsed, boolean counting) {
        Duration next = moments.peek();
        if (next == null || elapsed.compareTo(next) < 0 || (kills % 2 == 0 && !counting)) {
            return false;
        }
        moments.remove();
        kills++;
        return true;
    }
}
