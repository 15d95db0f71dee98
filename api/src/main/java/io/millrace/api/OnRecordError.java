// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

/**
 * What the engine does with an element on which a function of an operator throws. It holds for the operators whose functions are
 * given one element at a time: map, filter, flatMap, the ones that make pairs, the ones of values, and calls that answer later. Ordered from the one
 * that loses most to the one that loses nothing: an operator that leads to several outputs does what the last of their
 * policies in this order says.
 *
 * @since 0.1
 */
public enum OnRecordError {
    /** The batch does without the element, which is counted and reported. */
    SKIP,
    /** The batch does without the element, which is written to a file as a {@link DeadLetter} when the batch is committed. */
    DEAD_LETTER,
    /** The element's task fails, is tried again, and stops the program in the end. The default. */
    STOP;

    /** Of two policies, the one that loses less. */
    public OnRecordError and(OnRecordError other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
