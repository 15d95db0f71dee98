// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.core.failure.Failures;

/** A function of the program threw; the message says which, where it was declared, and what it was given. */
public final class FunctionFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 200;

    /**
     * A failure.
     *
     * @param place the operator's name and where it was declared
     * @param given what the function was given
     */
    public FunctionFailure(String place, String given, Throwable cause) {
        super(place + " failed on " + given + ": " + Failures.text(cause), cause);
    }

    /** An element as a message shows it. */
    public static String shown(Object element) {
        String text;
        try {
            text = String.valueOf(element);
        } catch (RuntimeException e) {
            text = "an element whose toString() throws " + Failures.text(e);
        }
        return text.length() <= SHOWN ? "'" + text + "'" : "'" + text.substring(0, SHOWN) + "…'";
    }
}
