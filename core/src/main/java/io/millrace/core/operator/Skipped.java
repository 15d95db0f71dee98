// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import java.util.LinkedHashMap;
import java.util.Map;

/** The elements of one task on which functions failed, where the program says that it does without them. */
public final class Skipped {
    private final Map<String, Elements> elements = new LinkedHashMap<>();

    /**
     * Elements of one operator.
     *
     * @param count how many
     * @param example what is said of the first
     */
    public record Elements(long count, String example) {
        /** These and others. */
        public Elements and(Elements others) {
            return new Elements(count + others.count, example);
        }
    }

    /** Takes the elements of one operator. */
    public FailedElements of(String place) {
        return (element, failure) ->
                elements.merge(place, new Elements(1, String.valueOf(failure.getMessage())), Elements::and);
    }

    /** By operator and where it was declared. */
    public Map<String, Elements> elements() {
        return elements;
    }
}
