// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.call.OwnThreads;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Makes the daemon threads of one role of a program, under the program's class loader; the first has no number. What ends
 * one of them without being caught ends the program: somebody waits for what that thread would have done.
 */
public final class EngineThreads implements ThreadFactory {
    private final String name;
    private final ClassLoader loader;
    private final OwnThreads own;
    private final Consumer<Throwable> onDeath;
    private final AtomicInteger count = new AtomicInteger();

    /** Makes threads that {@code own} knows, and whose uncaught errors are told to {@code onDeath}. */
    public EngineThreads(
            String programId, String role, ClassLoader loader, OwnThreads own, Consumer<Throwable> onDeath) {
        this.name = "millrace-" + programId + "-" + role;
        this.loader = loader;
        this.own = own;
        this.onDeath = onDeath;
    }

    @Override
    public Thread newThread(Runnable task) {
        int n = count.incrementAndGet();
        // Inheriting nothing: an inheritable thread local of the creator would live as long as the program.
        Thread thread = new Thread(null, own.running(task), n == 1 ? name : name + "-" + n, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        thread.setUncaughtExceptionHandler((dead, error) -> onDeath.accept(error));
        return thread;
    }
}
