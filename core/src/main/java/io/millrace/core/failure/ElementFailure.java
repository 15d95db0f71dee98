// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

import io.millrace.api.MillraceException;
import org.jspecify.annotations.Nullable;

/**
 * What was thrown on one of many elements, by a function of the program that a table, a codec or an exchange called. Whoever
 * throws this knows the element. Whoever catches it knows the operator, and says both.
 */
public final class ElementFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object element;
    private final transient Throwable thrown;

    private ElementFailure(@Nullable Object element, Throwable thrown) {
        super(null, thrown, false, false);
        this.element = element;
        this.thrown = thrown;
    }

    /**
     * What to throw for what was thrown on an element. What says more already stays as it is: an error of the engine, and
     * the failure of an element within this one.
     */
    public static RuntimeException of(@Nullable Object element, Throwable thrown) {
        return thrown instanceof ElementFailure
                        || (thrown instanceof MillraceException && !Failures.isOfProgram(thrown))
                ? (RuntimeException) thrown
                : new ElementFailure(element, thrown);
    }

    /** The element. */
    public @Nullable Object element() {
        return element;
    }

    /** What was thrown. */
    public Throwable thrown() {
        return thrown;
    }

    /** What was thrown, which is all that a reader needs to know. */
    @Override
    public String getMessage() {
        return Failures.text(thrown);
    }
}
