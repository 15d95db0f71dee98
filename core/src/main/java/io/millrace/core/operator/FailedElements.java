// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

/** Takes the elements on which the function of one operator failed, where the program does without them. */
@FunctionalInterface
public interface FailedElements {
    /**
     * Takes one.
     *
     * @throws Exception if there are more of them than may be; the task fails then
     */
    void add(Object element, FunctionFailure failure) throws Exception;
}
