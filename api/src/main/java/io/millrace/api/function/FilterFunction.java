// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Decides whether an element is kept.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface FilterFunction<T> extends Serializable {
    boolean test(T element) throws Exception;
}
