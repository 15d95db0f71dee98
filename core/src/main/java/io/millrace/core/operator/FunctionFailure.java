// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.core.failure.ElementFailure;
import io.millrace.core.failure.Failures;
import org.jspecify.annotations.Nullable;

/** A function of the program threw; the message says which, where it was declared, and what it was given. */
public final class FunctionFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 200;

    private boolean oneElement;

    /**
     * A failure.
     *
     * @param place the operator's name and where it was declared
     * @param given what the function was given
     */
    public FunctionFailure(String place, String given, Throwable cause) {
        super(place + " failed on " + given + ": " + Failures.text(cause), cause);
    }

    /** Of what was thrown on an element; what was thrown may know which of many that is. */
    public static FunctionFailure of(String place, String given, Throwable thrown) {
        return thrown instanceof ElementFailure known
                ? new FunctionFailure(place, shown(known.element()), known.thrown())
                : new FunctionFailure(place, given, thrown);
    }

    /** The same, of an element that the batch could do without if the program said so. */
    FunctionFailure ofOneElement() {
        oneElement = true;
        return this;
    }

    /** What a program that stopped for it can do. */
    public String remedy() {
        return oneElement
                ? "and fails again until the code is mended, or records.on-error = skip or dead-letter lets the program do"
                        + " without such elements"
                : "and fails again until the code is mended; records.on-error has no say here, as no single element can be"
                        + " left out";
    }

    /** An element as a message shows it. */
    public static String shown(@Nullable Object element) {
        return "'" + Failures.shown(element, SHOWN) + "'";
    }
}
