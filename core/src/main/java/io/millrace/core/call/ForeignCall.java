// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.call;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * A call on one of the engine's threads of code that is not the engine's: a function of the program, a plugin. When it is
 * closed, the thread is as it was, whatever that code did to it. An interrupt flag that was left set would end the thread's
 * next wait, or close the file that it reads next. A context class loader that was left would be asked for classes that it
 * does not have.
 */
public final class ForeignCall implements AutoCloseable {
    private static final ThreadLocal<BooleanSupplier> GIVEN_UP = new ThreadLocal<>();

    private final boolean interruptedBefore = Thread.currentThread().isInterrupted();
    private final ThreadContextClassLoader loader;

    private ForeignCall() {
        this.loader = ThreadContextClassLoader.of(Thread.currentThread().getContextClassLoader());
    }

    /** The calling thread is about to call such code, until the result is closed. */
    public static ForeignCall begin() {
        return new ForeignCall();
    }

    /** Puts the thread back as it was. */
    @Override
    public void close() {
        loader.close();
        BooleanSupplier givenUp = GIVEN_UP.get();
        if (!interruptedBefore && (givenUp == null || !givenUp.getAsBoolean())) {
            Thread.interrupted();
        }
    }

    /**
     * In the midst of a task, whose functions may have left the thread's interrupt flag set: clears it before something
     * that is not theirs is read or written, unless it was the engine that set it to end the task. Cheap if it is not set.
     */
    public static void forgetInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            BooleanSupplier givenUp = GIVEN_UP.get();
            if (givenUp != null && !givenUp.getAsBoolean()) {
                Thread.interrupted();
            }
        }
    }

    /**
     * Whether an exception on the calling thread says that its task is to end, since the engine gave it up. A function may
     * throw the same for reasons of its own.
     */
    public static boolean isEnd(Throwable thrown) {
        if (!(thrown instanceof InterruptedException || thrown instanceof CancellationException)) {
            return false;
        }
        BooleanSupplier givenUp = GIVEN_UP.get();
        return givenUp == null || givenUp.getAsBoolean();
    }

    /** A task begins on the calling thread; it may be interrupted by the engine once it is given up. */
    public static void taskBegins(BooleanSupplier givenUp) {
        GIVEN_UP.set(givenUp);
    }

    /** The task has ended. */
    public static void taskEnds() {
        GIVEN_UP.remove();
    }
}
