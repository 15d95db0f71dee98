// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Has the files of a directory take turns: a thousand are looked at in a second, and ten thousand for one round after the
 * directory changed. It takes about a tenth of a thread's time at most. For one thread.
 */
final class Rounds {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long A_SECOND = 1_000;
    private static final long HURRIED_A_SECOND = 10_000;

    /** A directory of so many files is looked at whole each time. */
    private static final long AT_LEAST = 100;

    private final Queue<Path> round = new ArrayDeque<>();
    private long hurried;
    private boolean began;
    private long lastNanos;
    private long lateNanos;
    private boolean renewed;

    /** So many files are looked at now. */
    long most(long now) {
        long elapsed = began ? Math.min(SECOND, now - lastNanos) : 0;
        began = true;
        lastNanos = now;
        lateNanos = now + elapsed / 10;
        renewed = false;
        long most = Math.max(AT_LEAST, (hurried > 0 ? HURRIED_A_SECOND : A_SECOND) * elapsed / SECOND);
        hurried = Math.max(0, hurried - most);
        return most;
    }

    /** Whether looking took too long. */
    boolean isLate(long now) {
        return now - lateNanos > 0;
    }

    /** The next file, of these at the end of a round; null if all had their turn since {@link #most}. */
    @Nullable
    Path next(Collection<Path> all) {
        if (round.isEmpty() && !renewed) {
            renewed = true;
            round.addAll(all);
        }
        return round.poll();
    }

    /** So many files have their turn sooner. */
    void hurry(long files) {
        hurried = Math.max(hurried, files);
    }
}
