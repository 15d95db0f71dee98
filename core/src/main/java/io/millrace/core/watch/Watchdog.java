// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import io.millrace.api.PlainText;
import io.millrace.api.StreamClock;
import io.millrace.core.failure.Failures;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what makes no progress: looks at the parts of a program a few times within {@code watchdog.stuck-after}, and what
 * has looked the same for that long becomes a condition, with where its thread is. Says so again at intervals that
 * double, and when it goes on. It ends nothing.
 *
 * <p>It has a thread of its own, so that a timer that hangs is found, too.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);
    private static final Duration CLOCK_PATIENCE = Duration.ofSeconds(1);

    private final Duration stuckAfter;
    private final Duration interval;
    private final StreamClock clock;
    private final Conditions conditions;
    private final List<Watched> parts = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final Works works = new Works();
    private volatile boolean closed;
    private volatile @Nullable CountDownLatch nextLook;

    /** Of the watchdog's thread. */
    private final Map<String, Seen> seen = new HashMap<>();

    private static final class Seen {
        private final Object mark;
        private final long since;
        private long reportAfter;
        private boolean reported;

        Seen(Object mark, long since, long reportAfter) {
            this.mark = mark;
            this.since = since;
            this.reportAfter = reportAfter;
        }
    }

    /**
     * A watchdog, which does not look yet.
     *
     * @param stuckAfter how long something may make no progress; zero for as long as it likes
     */
    public Watchdog(Duration stuckAfter, StreamClock clock, ThreadFactory threads, Conditions conditions) {
        this.stuckAfter = stuckAfter;
        Duration quarter = stuckAfter.dividedBy(4);
        this.interval = quarter.compareTo(LONGEST_INTERVAL) < 0 ? quarter : LONGEST_INTERVAL;
        this.clock = clock;
        this.conditions = conditions;
        this.thread = threads.newThread(this::run);
        parts.add(works);
    }

    /** Whether it looks at anything. */
    public boolean isOn() {
        return !stuckAfter.isZero();
    }

    /** Looks at this, too, from now on. */
    public void watch(Watched part) {
        parts.add(part);
    }

    /** Has a condition hold for as long as there is something to say of it, which is asked with each look. */
    public void watch(String condition, String subject, Supplier<Optional<String>> message) {
        AtomicBoolean holds = new AtomicBoolean();
        parts.add(into -> {
            Optional<String> said = message.get();
            if (said.isPresent() && holds.compareAndSet(false, true)) {
                conditions.raise(condition, subject, Duration.ZERO, subject + ": " + PlainText.of(said.get()));
            } else if (said.isEmpty() && holds.compareAndSet(true, false)) {
                conditions.clear(condition, subject);
            }
        });
    }

    /** The calling thread begins with something that ought to end; never for each record. */
    public Works.Work begin(Supplier<String> what) {
        return works.begin(what);
    }

    /** Begins to look. */
    public void start() {
        if (isOn()) {
            thread.start();
        }
    }

    private void run() {
        while (!closed) {
            try {
                await();
                if (!closed) {
                    look();
                }
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException | Error e) {
                Failures.warn(LOG, "The watchdog could not look", e);
            }
        }
    }

    /** Waits for the next look, on the clock; if that does not move, on the host's. */
    private void await() throws InterruptedException {
        CountDownLatch due = new CountDownLatch(1);
        nextLook = due;
        StreamClock.Cancellable scheduled = clock.schedule(interval, due::countDown);
        long asked = clock.nanos();
        if (!closed && !due.await(2 * interval.toNanos() + CLOCK_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            if (clock.nanos() - asked > interval.toNanos()) {
                lookUntil(due);
            }
        }
        scheduled.cancel();
    }

    /** The timer is late: looks without it. */
    private void lookUntil(CountDownLatch due) throws InterruptedException {
        try (Works.Work late = works.begin(() -> "the program's timer, which runs one action after another")) {
            do {
                look();
            } while (!closed && !due.await(interval.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private void look() {
        long now = clock.nanos();
        Set<String> there = new HashSet<>();
        Consumer<Sighting> into = sighting -> {
            if (there.add(sighting.subject())) {
                look(sighting, now);
            }
        };
        for (Watched part : parts) {
            part.look(into);
        }
        seen.entrySet().removeIf(entry -> {
            boolean gone = !there.contains(entry.getKey());
            if (gone && entry.getValue().reported) {
                conditions.clear(Conditions.STUCK, entry.getKey());
            }
            return gone;
        });
    }

    private void look(Sighting sighting, long now) {
        Seen before = seen.get(sighting.subject());
        if (before == null || !before.mark.equals(sighting.mark())) {
            if (before != null && before.reported) {
                conditions.clear(Conditions.STUCK, sighting.subject());
            }
            seen.put(sighting.subject(), new Seen(sighting.mark(), now, stuckAfter.toNanos()));
            return;
        }
        long stood = now - before.since;
        if (stood >= before.reportAfter) {
            before.reported = true;
            before.reportAfter = 2 * Math.max(stood, before.reportAfter);
            Duration ago = Duration.ofNanos(stood);
            conditions.raise(Conditions.STUCK, sighting.subject(), ago, Stacks.message(sighting, ago));
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        closed = true;
        CountDownLatch waitedFor = nextLook;
        if (waitedFor != null) {
            waitedFor.countDown();
        }
        if (thread != Thread.currentThread() && thread.isAlive()) {
            try {
                TimeUnit.SECONDS.timedJoin(thread, 5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
