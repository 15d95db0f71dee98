// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Emits any number of pairs for one element.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface PairFlatMapFunction<T, K, V> extends Serializable {
    void apply(T element, PairEmitter<K, V> out) throws Exception;
}
