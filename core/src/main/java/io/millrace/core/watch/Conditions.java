// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conditions of a program that hold at present. Each that comes up or ends is told to listeners; the program's log
 * has it too, though not more than once a minute for one that comes and goes or changes. Thread-safe.
 */
public final class Conditions {
    /** Batches wait until less would have to be replayed. */
    public static final String RECOVERY_LIMIT = "recovery-limit";

    /** Elements come with event times that are further ahead than can be. */
    public static final String EVENTS_AHEAD = "events-ahead";

    /** More waits in the log of receivers than batches take. */
    public static final String BATCH_LIMIT = "batch-limit";

    /** The store of a log refuses appends, and they are tried again. */
    public static final String LOG_WAITS = "log-waits";

    /** An output has failed with what may pass by itself, and is called again. */
    public static final String OUTPUT_RETRY = "output-retry";

    /** A part of an input is not read, such as a file. */
    public static final String INPUT_TROUBLE = "input-trouble";

    /** Something makes no progress. */
    public static final String STUCK = "stuck";

    private static final Logger LOG = LoggerFactory.getLogger(Conditions.class);
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_REMEMBERED = 1_000;

    private final String program;
    private final StreamClock clock;
    private final Consumer<StreamingEvent> listeners;
    private final Map<Key, Held> held = new HashMap<>();
    private final Map<Key, Long> warned = new HashMap<>();

    private record Key(String condition, String subject) {}

    private record Held(Instant since, long sinceNanos, boolean logged) {}

    /** Conditions of a program, of which none holds. */
    public Conditions(String program, StreamClock clock, Consumer<StreamingEvent> listeners) {
        this.program = program;
        this.clock = clock;
        this.listeners = listeners;
    }

    /** Says that a condition holds, which began {@code ago}; if it does already, that it looks different now. */
    public void raise(String condition, String subject, Duration ago, String message) {
        Key key = new Key(condition, subject);
        long now = clock.nanos();
        Instant at = Instant.ofEpochMilli(clock.millis());
        Instant since;
        boolean log;
        synchronized (this) {
            Held before = held.get(key);
            since = before == null ? at.minus(ago) : before.since;
            Long last = warned.get(key);
            log = last == null || now - last >= QUIET_NANOS;
            long sinceNanos = before == null ? now - ago.toNanos() : before.sinceNanos;
            held.put(key, new Held(since, sinceNanos, log || (before != null && before.logged)));
            if (log) {
                forgetOld();
                warned.put(key, now);
            }
        }
        if (log) {
            LOG.warn("Program '{}': {}", program, message);
        }
        listeners.accept(new StreamingEvent.ConditionChanged(at, condition, subject, true, message, since));
    }

    /** Says that a condition is over; nothing if it does not hold. */
    public void clear(String condition, String subject) {
        Held before;
        synchronized (this) {
            before = held.remove(new Key(condition, subject));
        }
        if (before == null) {
            return;
        }
        Duration held = Duration.ofNanos(clock.nanos() - before.sinceNanos);
        String message = subject + ": goes on after " + held.toMillis() + " ms";
        if (before.logged) {
            LOG.info("Program '{}': {}", program, message);
        }
        Instant at = Instant.ofEpochMilli(clock.millis());
        listeners.accept(new StreamingEvent.ConditionChanged(at, condition, subject, false, message, before.since));
    }

    /** How many of a kind hold. */
    public synchronized long count(String condition) {
        return held.keySet().stream()
                .filter(key -> key.condition.equals(condition))
                .count();
    }

    private void forgetOld() {
        if (warned.size() >= MOST_REMEMBERED) {
            warned.keySet().retainAll(held.keySet());
        }
    }
}
