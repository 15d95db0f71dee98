// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.core.operator.Operator;
import java.util.ArrayList;
import java.util.List;

/** The end of a task before an output: keeps the elements for the output's function. */
final class OutputCollector extends Operator {
    private final List<Object> elements = new ArrayList<>();

    @Override
    public void push(Object element) {
        elements.add(element);
    }

    List<Object> elements() {
        return elements;
    }
}
