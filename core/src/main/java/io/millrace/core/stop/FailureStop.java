// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stops a program after an error that it cannot go on after. When there is no memory left, or no room for a thread,
 * nothing is sure to work any more, so all that is needed is made beforehand, and saying that there was an error
 * allocates nothing. If the stop does not begin all the same, the JVM is ended: a program that is neither alive nor dead
 * is what no supervisor notices.
 */
public final class FailureStop implements AutoCloseable {
    /** How long the stop may take to begin. */
    public static final Duration BEGINS_WITHIN = Duration.ofSeconds(5);

    /** How long it may take to end after an error of the JVM itself, after which a thread may be gone that others await. */
    public static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

    private static final int CAUSES = 16;
    private static final long AGAIN_NANOS = 100_000_000;

    private final Duration beginsWithin;
    private final Duration endsWithin;
    private final Runnable halt;
    private final Thread stop;
    private final Thread watch;
    private volatile boolean failed;
    private volatile boolean begun;
    private volatile boolean ended;
    private volatile boolean broken;

    /**
     * Waits for an error, on a thread of its own.
     *
     * @param stop stops the program, on another, which is made now
     * @param halt ends the JVM
     */
    public static FailureStop install(ThreadFactory threads, Runnable stop, Runnable halt) {
        return install(threads, stop, halt, BEGINS_WITHIN, ENDS_WITHIN);
    }

    static FailureStop install(
            ThreadFactory threads, Runnable stop, Runnable halt, Duration beginsWithin, Duration endsWithin) {
        FailureStop installed = new FailureStop(threads, stop, halt, beginsWithin, endsWithin);
        installed.watch.start();
        return installed;
    }

    private FailureStop(
            ThreadFactory threads, Runnable stop, Runnable halt, Duration beginsWithin, Duration endsWithin) {
        this.beginsWithin = beginsWithin;
        this.endsWithin = endsWithin;
        this.halt = halt;
        this.stop = threads.newThread(stop);
        this.watch = threads.newThread(this::watch);
    }

    /** There was an error; returns at once, and never throws. */
    public void failed(Throwable error) {
        Throwable cause = error;
        for (int i = 0; i < CAUSES && cause != null; i++) {
            if (cause instanceof VirtualMachineError) {
                broken = true;
            }
            cause = causeOf(cause);
        }
        failed = true;
        LockSupport.unpark(watch);
    }

    private static @Nullable Throwable causeOf(Throwable error) {
        try {
            return error.getCause();
        } catch (Throwable e) {
            return null; // an exception is code of whoever threw it
        }
    }

    /** The program is being stopped. */
    public void begun() {
        begun = true;
        LockSupport.unpark(watch);
    }

    /** The program has stopped, whatever for: its thread ends. */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(watch);
    }

    /** Waits without allocating anything, which other ways to wait do. */
    private void watch() {
        while (!failed && !ended) {
            LockSupport.park(this);
        }
        long until = System.nanoTime() + beginsWithin.toNanos();
        boolean started = false;
        while (!begun && !ended) {
            started = started || start();
            LockSupport.parkNanos(this, AGAIN_NANOS);
            if (!begun && !ended && System.nanoTime() - until > 0) {
                halt.run();
                return;
            }
        }
        until = System.nanoTime() + endsWithin.toNanos();
        while (!ended && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(this, AGAIN_NANOS);
        }
        if (!ended && broken) {
            halt.run();
        }
    }

    /** Whether there was a thread for it. */
    private boolean start() {
        try {
            stop.start();
            return true;
        } catch (VirtualMachineError e) {
            return false; // there may be memory again in a moment
        }
    }
}
