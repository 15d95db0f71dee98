// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Makes any number of elements of one.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface FlatMapFunction<T, R> extends Serializable {
    Iterable<R> apply(T element) throws Exception;
}
