// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Pair;
import java.io.Serializable;

/**
 * One step of a task: takes elements and pushes what it makes of them to the next. An instance belongs to one task and
 * is used by its thread only. Elements are objects, except in streams of byte-strings and numbers, which use the
 * primitive form; an operator supports the one that its stream has.
 */
public abstract class Operator {
    /** Takes one element. */
    public void push(Object element) throws Exception {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " takes no objects");
    }

    /** Takes one pair, not yet made an object; only who needs the object makes it. */
    public void push(Object key, Object value) throws Exception {
        push(Pair.of(key, value));
    }

    /** Takes one entry of a stream of byte-strings and numbers. */
    public void push(byte[] bytes, int offset, int length, long value) throws Exception {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " takes no byte-strings");
    }

    /**
     * Everything was pushed; called once, after the same call to those that push to this one. May push what it kept.
     */
    public void end() throws Exception {}

    /** Makes the operator of a node for one task, given the one after it. */
    @FunctionalInterface
    public interface Maker extends Serializable {
        Operator make(BatchParameters batch, Operator next);
    }

    /** Makes an operator that is the same in every batch. */
    @FunctionalInterface
    public interface Step extends Serializable {
        Operator make(Operator next);
    }
}
