// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import io.millrace.testkit.internal.Patience;
import io.millrace.testkit.internal.RealClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The threads of this JVM at a moment, to see later which have come. */
final class LiveThreads {
    /** Those that the platform, the test framework and the kit make as they need them, and keep. */
    private static final List<String> OTHERS = List.of(
            "ForkJoinPool.commonPool",
            "process reaper",
            "CompletableFutureDelayScheduler",
            "Common-Cleaner",
            "junit-",
            "surefire-",
            "awaitility-",
            RealClock.THREADS);

    private final Set<Thread> before;

    private LiveThreads(Set<Thread> before) {
        this.before = before;
    }

    static LiveThreads now() {
        return new LiveThreads(new HashSet<>(Thread.getAllStackTraces().keySet()));
    }

    /** The threads that have come since and do not go within a time. */
    List<String> leaked(Duration patience) {
        Patience.holdsWithin(patience, () -> come().isEmpty());
        return come();
    }

    private List<String> come() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> OTHERS.stream().noneMatch(name::startsWith))
                .toList();
    }
}
