// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

/**
 * Sets the thread's context class loader for the length of a try-with-resources block. The only place in Millrace that
 * sets it on a running thread.
 *
 * @since 0.1
 */
public final class ThreadContextClassLoader implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();

    private ThreadContextClassLoader(ClassLoader loader) {
        thread.setContextClassLoader(loader);
    }

    /** Sets {@code loader} until the result is closed, on the same thread. */
    public static ThreadContextClassLoader of(ClassLoader loader) {
        return new ThreadContextClassLoader(loader);
    }

    @Override
    public void close() {
        thread.setContextClassLoader(before);
    }
}
