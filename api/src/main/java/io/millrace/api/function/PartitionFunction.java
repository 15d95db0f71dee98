// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Makes any number of elements of all elements of one partition of a batch. The elements are valid after the call too.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface PartitionFunction<T, R> extends Serializable {
    Iterable<? extends R> apply(Iterable<T> elements) throws Exception;
}
