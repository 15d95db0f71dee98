// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far a part of a recovery is, when it takes long: after two seconds, and then every five. Thread-safe. */
final class RecoveryProgress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryProgress.class);
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration NEXT = Duration.ofSeconds(5);
    private static final double MIB = 1 << 20;

    private final String program;
    private final String what;
    private final long total;
    private final StreamClock clock;
    private final Cancellation starting;
    private final long begun;
    private final AtomicLong done = new AtomicLong();
    private StreamClock.Cancellable timer;
    private boolean closed;

    /**
     * Begins to watch.
     *
     * @param what what is read, such as {@code state}
     * @param total how many bytes of it there are
     * @param starting ends it
     */
    RecoveryProgress(String program, String what, long total, StreamClock clock, Cancellation starting) {
        this.program = program;
        this.what = what;
        this.total = total;
        this.clock = clock;
        this.starting = starting;
        this.begun = clock.nanos();
        this.timer = clock.schedule(FIRST, this::report);
    }

    /**
     * So many more bytes were read.
     *
     * @throws MillraceException if no more are to be read
     */
    void add(long bytes) {
        starting.check();
        done.addAndGet(bytes);
    }

    private synchronized void report() {
        if (closed) {
            return;
        }
        LOG.info("Program '{}' recovers: {}", program, line());
        timer = clock.schedule(NEXT, this::report);
    }

    /** Such as {@code state, 120 of 512 MiB, 60 MiB/s, about 7 s left}. */
    String line() {
        long read = Math.min(done.get(), total);
        double seconds = Math.max(1, clock.nanos() - begun) / 1e9;
        String left = read == 0 ? "" : ", about " + Math.round((total - read) * seconds / read) + " s left";
        return what + ", " + Math.round(read / MIB) + " of " + Math.round(total / MIB) + " MiB, "
                + Math.round(read / MIB / seconds) + " MiB/s" + left;
    }

    @Override
    public synchronized void close() {
        closed = true;
        timer.cancel();
    }
}
