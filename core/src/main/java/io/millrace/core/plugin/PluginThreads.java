// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.core.call.OwnThreads;
import io.millrace.core.failure.Failures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of one plugin instance: named, daemons, under the plugin's class loader, and known until they end. */
final class PluginThreads implements ThreadFactory {
    private static final Logger LOG = LoggerFactory.getLogger(PluginThreads.class);

    private static final Pattern JDK = Pattern.compile("java\\.|javax\\.|jdk\\.|sun\\.");

    private final String prefix;
    private final ClassLoader loader;
    private final OwnThreads own;
    private final Consumer<Throwable> onDeath;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    PluginThreads(String prefix, ClassLoader loader, OwnThreads own, Consumer<Throwable> onDeath) {
        this.own = own;
        this.onDeath = onDeath;
        this.prefix = prefix;
        this.loader = loader;
    }

    @Override
    public Thread newThread(Runnable task) {
        if (closed) {
            throw new IllegalStateException(prefix + " is closed and starts no more threads");
        }
        // Inheriting nothing: an inheritable thread local of the creator would outlive the plugin in its threads.
        Thread thread =
                new Thread(null, own.running(() -> run(task)), prefix + "-" + count.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        thread.setUncaughtExceptionHandler((dead, e) -> {
            onDeath.accept(e);
            Failures.error(LOG, "Thread {} died", dead.getName(), e);
        });
        threads.add(thread);
        return thread;
    }

    private void run(Runnable task) {
        try {
            task.run();
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    /** The innermost frame, and the innermost that is not the JDK's: who called what does not return. */
    private static String standsAt(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!JDK.matcher(frame.getClassName()).lookingAt()) {
                return frame.equals(stack[0]) ? frame.toString() : stack[0] + ", called at " + frame;
            }
        }
        return stack.length == 0 ? "its end" : stack[0].toString();
    }

    /** Waits until the threads have ended; interrupts and reports those that have not by the deadline. */
    void close(Duration deadline) {
        closed = true;
        long end = System.nanoTime() + deadline.toNanos();
        List<Thread> waitedFor = new ArrayList<>(threads);
        waitedFor.remove(Thread.currentThread());
        for (Thread thread : waitedFor) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        for (Thread thread : waitedFor) {
            if (thread.isAlive()) {
                LOG.warn(
                        "Thread {} has not ended {} ms after its instance was closed; it is interrupted now, at {}",
                        thread.getName(),
                        deadline.toMillis(),
                        standsAt(thread.getStackTrace()));
                thread.interrupt();
            }
        }
        threads.clear();
    }
}
