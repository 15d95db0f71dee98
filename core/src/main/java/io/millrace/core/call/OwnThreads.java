// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.call;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run for one program: the engine's threads, and the threads that the engine gave to plugins. Code on one
 * of them must not wait for the program to end, since the program waits for that thread. Thread-safe.
 */
public final class OwnThreads {
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    /** What the thread is to run, which is known until it ends. */
    public Runnable running(Runnable task) {
        return () -> {
            Thread thread = Thread.currentThread();
            running.add(thread);
            try {
                task.run();
            } finally {
                running.remove(thread);
            }
        };
    }

    /** One of them that ends the JVM, and does not return from that before the program has stopped; null if none does. */
    public @Nullable Thread exiting() {
        for (Thread thread : running) {
            if (exits(thread)) {
                return thread;
            }
        }
        return null;
    }

    /** Whether the thread ends the JVM: it runs nothing more, and its end need not be waited for. */
    public static boolean exits(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    /** Whether the caller is on one of them. */
    public boolean isCurrent() {
        return running.contains(Thread.currentThread());
    }
}
