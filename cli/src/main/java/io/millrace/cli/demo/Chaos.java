// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * When the engine is killed: at least three times, at random moments that follow from the seed, spread over the time in
 * which lines are produced. Every other kill, the first included, waits until the engine has counted something since it
 * was started, so that data is under way; the ones between come soon after a start, when it may still be recovering.
 */
final class Chaos {
    private static final int FEWEST = 3;
    private static final Duration PER_KILL = Duration.ofSeconds(10);

    private final Deque<Kill> planned = new ArrayDeque<>();
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
            Duration moment = Duration.ofMillis((long) (part * (i + 0.2 + 0.7 * random.nextDouble())));
            chaos.planned.add(new Kill(moment, Duration.ofMillis(random.nextInt(200, 4_000)), i % 2 == 0));
        }
        return chaos;
    }

    /** How many kills are still to come. */
    int left() {
        return planned.size();
    }

    /** How many there were. */
    int kills() {
        return kills;
    }

    /**
     * Whether to kill now; counts it as done.
     *
     * @param elapsed since lines are produced
     * @param sinceStart since the running engine process was started
     * @param counting whether it has counted something, or there is nothing left to count
     */
    boolean strike(Duration elapsed, Duration sinceStart, boolean counting) {
        Kill next = planned.peek();
        if (next == null
                || elapsed.compareTo(next.moment()) < 0
                || (next.inFlow() ? !counting : sinceStart.compareTo(next.afterStart()) < 0)) {
            return false;
        }
        planned.remove();
        kills++;
        return true;
    }

    /**
     * A kill that is planned.
     *
     * @param moment not before this time since lines are produced
     * @param afterStart not before this time since the engine's start, for faults that need not be in flow
     * @param inFlow whether data must be under way
     */
    private record Kill(Duration moment, Duration afterStart, boolean inFlow) {}
}
