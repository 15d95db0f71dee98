// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.source.RecordView;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.failure.Failures;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An operator that calls a function of the program, and says of its failures where and on what they happened. */
public abstract class FunctionOperator extends Operator {
    private String place = "an operator";
    private @Nullable FailedElements failed;
    private @Nullable Origin origin;

    /**
     * Tells it its name and where it was declared.
     *
     * @param without takes the elements that the batch does without; null if the task fails with the first one
     */
    public final void at(String where, @Nullable FailedElements without) {
        place = where;
        failed = without;
    }

    /** Tells it where the task's elements come from. */
    public final void from(Origin where) {
        origin = where;
    }

    /** Where the task's elements come from; null if nobody asks. */
    final @Nullable Origin origin() {
        return origin;
    }

    /**
     * What is pushed, or fails, until {@link #back} has nothing to do with the record that is read at the moment. For
     * operators that hold elements back.
     *
     * @return what to give to {@link #back}
     */
    final @Nullable RecordView leave() {
        Origin where = origin;
        RecordView reading = where == null ? null : where.record();
        if (where != null) {
            where.at(null);
        }
        return reading;
    }

    /** The record that is read counts again. */
    final void back(@Nullable RecordView reading) {
        if (origin != null) {
            origin.at(reading);
        }
    }

    /**
     * What to throw for what a function of the program threw on an element, or for what an operator after this one threw,
     * which says so itself.
     */
    protected final Exception failure(@Nullable Object element, Throwable thrown) {
        return failureOf(() -> FunctionFailure.shown(element), thrown);
    }

    /** What to throw for what was thrown on many elements, of which the one is not known unless what was thrown says so. */
    protected final Exception failureOfAll(String given, Throwable thrown) {
        return isNotOfProgram(thrown) ? (Exception) thrown : failureOf(() -> given, thrown);
    }

    private Exception failureOf(Supplier<String> given, Throwable thrown) {
        if (thrown instanceof FunctionFailure || ForeignCall.isEnd(thrown)) {
            return (Exception) thrown;
        }
        try {
            return FunctionFailure.of(place, given.get(), thrown);
        } catch (VirtualMachineError e) {
            throw thrown instanceof VirtualMachineError error ? error : e; // there is no memory to say more
        }
    }

    /**
     * A function that was given an emitter has returned, or thrown: throws what an operator after this one threw meanwhile,
     * whatever the function made of that.
     *
     * @param later what that was; null for nothing
     */
    static void throwLater(@Nullable Throwable later) throws Exception {
        if (later instanceof Error error) {
            throw error;
        } else if (later instanceof Exception exception) {
            throw exception;
        }
    }

    /**
     * What to throw for what a function threw that is given more than an element, such as a state: no policy is asked. What
     * is not the function's stays as it is.
     */
    protected final Exception combining(@Nullable Object element, Throwable thrown) {
        return isNotOfProgram(thrown) ? (Exception) thrown : failure(element, thrown);
    }

    private static boolean isNotOfProgram(Throwable thrown) {
        return !Failures.isOfProgram(thrown);
    }

    /**
     * Takes an element that has a null where none may be like one on which the function threw.
     *
     * @param what is null
     */
    protected final void refuse(Object element, String what) throws Exception {
        failed(element, isNull(what));
    }

    /** What to say of a null where none may be. */
    public static RuntimeException isNull(String what) {
        return new NullPointerException(what + " is null: leave it out, or put a value of your own in its place");
    }

    /** What to throw if a function returns null where it must not. */
    public static RuntimeException returnedNull(String instead) {
        return new NullPointerException("it returned null: " + instead);
    }

    /** Does without an element on which the function threw, if the program says so; throws otherwise. */
    final void failed(Object element, Throwable thrown) throws Exception {
        Exception failure = failure(element, thrown);
        FailedElements without = failed;
        if (failure == thrown || !(failure instanceof FunctionFailure known)) {
            throw failure;
        }
        if (without == null) {
            throw known.ofOneElement();
        }
        if (!Failures.isSurvivable(thrown)) {
            throw known;
        }
        without.add(element, known);
    }
}
