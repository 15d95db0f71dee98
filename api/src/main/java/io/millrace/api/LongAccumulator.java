// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

/**
 * A number that functions add to. What a batch adds counts when the batch is committed, once, however often its tasks
 * ran; the total is kept with the program's state and is there again after a restart.
 *
 * @since 0.1
 */
public interface LongAccumulator {
    /** Its name. */
    String name();

    /**
     * Adds to the total. To be called by functions of operators, on the thread that calls them; output functions and
     * everybody else are refused.
     *
     * @throws IllegalStateException if the caller is no function of an operator
     */
    void add(long number);

    /**
     * The total. In an output, and on whatever threads it starts, that of its own batch and all before it, the same
     * however often the batch runs; elsewhere that of the last batch whose outputs were called. From any thread; functions
     * of operators run before and while outputs do, and cannot rely on it.
     */
    long value();
}
