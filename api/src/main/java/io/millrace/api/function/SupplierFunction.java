// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Makes a new, neutral element: the start of an aggregation.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SupplierFunction<T> extends Serializable {
    T get() throws Exception;
}
