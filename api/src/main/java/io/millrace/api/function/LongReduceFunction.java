// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Combines two numbers into one; associative and commutative, such as {@code Long::sum}.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface LongReduceFunction extends Serializable {
    long apply(long left, long right);
}
