// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the daemon threads of one role of a program, under the program's class loader; the first has no number. */
public final class EngineThreads implements ThreadFactory {
    private final String name;
    private final ClassLoader loader;
    private final AtomicInteger count = new AtomicInteger();

    public EngineThreads(String programId, String role, ClassLoader loader) {
        this.name = "millrace-" + programId + "-" + role;
        this.loader = loader;
    }

    @Override
    public Thread newThread(Runnable task) {
        int n = count.incrementAndGet();
        // Inheriting nothing: an inheritable thread local of the creator would live as long as the program.
        Thread thread = new Thread(null, task, n == 1 ? name : name + "-" + n, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        return thread;
    }
}
