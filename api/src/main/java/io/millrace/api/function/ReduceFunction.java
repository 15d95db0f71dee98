// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Combines two values into one; associative and commutative, and not changing its arguments.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ReduceFunction<V> extends Serializable {
    V apply(V left, V right) throws Exception;
}
