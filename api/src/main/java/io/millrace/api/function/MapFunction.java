// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Makes one element of another. Serializable for schedulers that send functions to other machines.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface MapFunction<T, R> extends Serializable {
    R apply(T element) throws Exception;
}
