// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

/** An operator that calls a function of the program, and says of its failures where and on what they happened. */
public abstract class FunctionOperator extends Operator {
    private String place = "an operator";

    /** Tells it its name and where it was declared. */
    public final void at(String where) {
        place = where;
    }

    /** What to throw for what the function threw on an element, or for what an operator after this one threw. */
    final Exception failure(Object element, Throwable thrown) {
        if (thrown instanceof FunctionFailure known) {
            return known;
        }
        if (thrown instanceof VirtualMachineError error) {
            throw error;
        }
        return new FunctionFailure(place, FunctionFailure.shown(element), thrown);
    }
}
