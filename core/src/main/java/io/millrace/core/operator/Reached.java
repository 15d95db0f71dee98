// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** The elements that a function is given all at once; says which it asked for last, as that may be the one it fails on. */
final class Reached extends AbstractList<Object> implements RandomAccess {
    private final List<Object> elements;
    private int last = -1;

    Reached(List<Object> elements) {
        this.elements = elements;
    }

    @Override
    @SuppressWarnings("NullAway") // an element may be null
    public Object get(int index) {
        last = index;
        return elements.get(index);
    }

    @Override
    public int size() {
        return elements.size();
    }

    @Override
    public @Nullable Object[] toArray() {
        return elements.toArray();
    }

    /** What the function was given, and how far it had come. */
    String given() {
        String all = elements.size() + " elements";
        return last < 0 ? all : all + ", at " + FunctionFailure.shown(elements.get(last));
    }
}
