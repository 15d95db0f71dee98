// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.Pair;
import java.io.Serializable;

/**
 * Makes a pair of an element.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface PairFunction<T, K, V> extends Serializable {
    Pair<K, V> apply(T element) throws Exception;
}
