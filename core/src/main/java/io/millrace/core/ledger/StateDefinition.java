// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a state is, as far as its stored form depends on it. A program that declares another kind under the same name cannot
 * read it; one that declares the same kind with other parameters may have to read it in another way.
 *
 * @param kind the operator that keeps it, such as {@code window}
 * @param parameters what of the operator's parameters says what is stored, such as the length of a window
 */
public record StateDefinition(String kind, Map<String, String> parameters) {
    public StateDefinition {
        parameters = Map.copyOf(parameters);
    }

    /** Such as {@code window(length=4000, slide=2000)}. */
    @Override
    public String toString() {
        return parameters.isEmpty()
                ? kind
                : new TreeMap<>(parameters)
                        .entrySet().stream()
                                .map(Map.Entry::toString)
                                .collect(Collectors.joining(", ", kind + "(", ")"));
    }
}
