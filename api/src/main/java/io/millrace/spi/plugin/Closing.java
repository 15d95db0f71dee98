// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import org.jspecify.annotations.Nullable;

/**
 * Closes what may fail to close with the very exception that its use ended with, as streams of HDFS do. A
 * try-with-resources statement cannot close those: Java refuses an exception that is to suppress itself, and the refusal
 * hides what went wrong.
 *
 * <p>Experimental. All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class Closing {
    private Closing() {}

    /**
     * What is done with a resource.
     *
     * @param <T> its result
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Use<T extends @Nullable Object, E extends Exception> {
        /** Uses the resource. */
        T use() throws E;
    }

    /**
     * How a resource is closed.
     *
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Close<E extends Exception> {
        /** Closes the resource. */
        void close() throws E;
    }

    /**
     * Uses a resource, then closes it, as try-with-resources does.
     *
     * @return what the use returned
     * @throws E what the use threw, with what closing threw suppressed if that is another exception; if the use went well,
     *     what closing threw
     */
    public static <T extends @Nullable Object, E extends Exception> T after(
            Use<T, ? extends E> use, Close<? extends E> close) throws E {
        T result;
        try {
            result = use.use();
        } catch (Exception | Error first) {
            try {
                close.close();
            } catch (Exception | Error later) {
                suppress(first, later);
            }
            throw first;
        }
        close.close();
        return result;
    }

    /** Adds a later failure to the suppressed ones of the first, unless it is the first one itself. */
    @SuppressWarnings("ReferenceEquality") // Java refuses the same object, whatever it is equal to
    public static void suppress(Throwable first, Throwable later) {
        if (first != later) {
            first.addSuppressed(later);
        }
    }
}
