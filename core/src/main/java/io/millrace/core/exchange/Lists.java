// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.exchange;

import java.util.ArrayList;
import java.util.List;

/** Lists that grow as elements are combined. */
public final class Lists {
    private Lists() {}

    /** A list of one element. */
    public static Object of(Object element) {
        List<Object> list = new ArrayList<>(4);
        list.add(element);
        return list;
    }

    /** Adds an element to a list made by {@link #of}. */
    @SuppressWarnings("unchecked")
    public static Object add(Object list, Object element) {
        ((List<Object>) list).add(element);
        return list;
    }

    /** Adds the elements of one list to another, both made by {@link #of}. */
    @SuppressWarnings("unchecked")
    public static Object addAll(Object list, Object more) {
        ((List<Object>) list).addAll((List<Object>) more);
        return list;
    }
}
